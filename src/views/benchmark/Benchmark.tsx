/** @file "Benchmark this device": a dialog that measures it, shows the tables and copies them. */
import { type RefObject, useRef } from 'react';
import { attempt } from '../../state/actions/context';
import { setProblem } from '../../state/store';
import { useApp, useAppState } from '../../state/useApp';
import { Notice } from '../../widgets/Notice';
import { BenchmarkTables } from './BenchmarkTables';
import { CopyTables } from './CopyTables';
import './benchmark.css';

/** How long to measure. It is short, because a visitor waits for the tables; a script may ask for more. */
const seconds = 30;

export function Benchmark() {
  const dialog = useRef<HTMLDialogElement>(null);
  const ready = useAppState(({ engine }) => engine === 'ready');
  return (
    <>
      <button type="button" className="link" disabled={!ready} onClick={() => dialog.current?.showModal()}>
        Benchmark this device
      </button>
      <BenchmarkDialog dialog={dialog} />
    </>
  );
}

function BenchmarkDialog({ dialog }: { dialog: RefObject<HTMLDialogElement | null> }) {
  const { store, benchmark } = useApp();
  const { progress, report } = useAppState(state => state.benchmark);
  const problem = useAppState(state => state.problems.benchmark);
  const start = () => attempt(store, 'benchmark', () => benchmark.run({ seconds }));
  return (
    <dialog ref={dialog} className="benchmark" aria-labelledby="benchmark-title">
      <h2 id="benchmark-title">Benchmark this device</h2>
      <p className="fine">
        Trains the papers’ network at 96 px, a quarter wide, 8 images a step: by stock tfjs, then with what
        Seesaw adds, one thing at a time, on WebAssembly, and beside jax-js. Mostly compiling: a minute on a
        good GPU, several without one. Nothing is sent anywhere.
      </p>
      {problem && (
        <Notice tone="bad" onDismiss={() => setProblem(store, 'benchmark', null)}>
          {problem.message}
        </Notice>
      )}
      {progress && (
        <div className="benchmark-progress" role="status">
          <progress aria-label="Benchmark" value={progress.share} />
          <small>{progress.doing} …</small>
        </div>
      )}
      <div className="buttons">
        {progress ? (
          <button type="button" onClick={benchmark.cancel}>
            Cancel
          </button>
        ) : (
          <button type="button" onClick={() => void start()}>
            {report ? 'Measure again' : 'Start'}
          </button>
        )}
        {report && !progress && <CopyTables report={report} />}
        <button type="button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </div>
      {report && !progress && <BenchmarkTables report={report} />}
    </dialog>
  );
}
