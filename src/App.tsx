/** @file The page: a rail with data and training on the left, the stage and the way home on the right. */
import { DataPanel } from './views/data/DataPanel';
import { Masthead } from './views/frame/Masthead';
import { PageNotes } from './views/frame/PageNotes';
import { Shortcuts } from './views/frame/Shortcuts';
import { Toolbar } from './views/frame/Toolbar';
import { useShortcuts } from './views/frame/useShortcuts';
import { TakeHomePanel } from './views/takeHome/TakeHomePanel';
import { TrainPanel } from './views/train/TrainPanel';
import { WatchPanel } from './views/watch/WatchPanel';
import './views/frame/frame.css';

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
