/** @file The page. A rail on the left holds data and training. On the right are the see-saws, the charts and the exports. */
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
      {/* This is a button, because a link would write its target into the hash, and the hash holds the settings. */}
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
