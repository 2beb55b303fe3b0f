/** @file The page: a rail with data and training on the left, the stage and the way home on the right. */
import { DataPanel } from './panels/DataPanel';
import { Masthead } from './panels/Masthead';
import { PageNotes } from './panels/PageNotes';
import { Shortcuts } from './panels/Shortcuts';
import { TakeHomePanel } from './panels/TakeHomePanel';
import { Toolbar } from './panels/Toolbar';
import { TrainPanel } from './panels/TrainPanel';
import { useShortcuts } from './panels/useShortcuts';
import { WatchPanel } from './panels/WatchPanel';

export function AppFrame() {
  const shortcuts = useShortcuts();
  return (
    <>
      {/* A link would put its target into the hash, which holds the settings. */}
      <button type="button" className="skip" onClick={() => document.getElementById('stage')?.focus()}>
        Skip to the stage
      </button>
      <div className="frame">
        <Masthead />
        <Toolbar onShortcuts={shortcuts.open} />
        <div className="rail">
          <DataPanel />
          <TrainPanel />
        </div>
        <main className="stage" id="stage" tabIndex={-1}>
          <PageNotes />
          <WatchPanel />
          <TakeHomePanel />
        </main>
      </div>
      <Shortcuts dialog={shortcuts.dialog} />
    </>
  );
}
