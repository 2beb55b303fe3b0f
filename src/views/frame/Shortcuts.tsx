/** @file The list of keyboard shortcuts. */
import type { RefObject } from 'react';
import './shortcuts.css';

const keys = [
  ['Space', 'Pause what runs, or go on'],
  ['.', 'One step of every paused run'],
  ['?', 'This list'],
  ['Esc', 'Close'],
] as const;

export function Shortcuts({ dialog }: { dialog: RefObject<HTMLDialogElement | null> }) {
  return (
    <dialog ref={dialog} aria-labelledby="shortcuts-title">
      <h2 id="shortcuts-title">Keys</h2>
      <dl className="keys">
        {keys.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <p>
        Scripts drive the same engine: try <code>seesaw.listCheckpoints()</code> in the console.
      </p>
      <button type="button" onClick={() => dialog.current?.close()}>
        Close
      </button>
    </dialog>
  );
}
