/** @file What the last evaluation of each shown run says, every result of it, one run after the other. */
import { useState } from 'react';
import { count, counted } from '../../../format/words';
import type { RunState } from '../../../state/runs';
import { shownRuns } from '../../../state/store';
import { useAppState } from '../../../state/useApp';
import { ResultView } from './ResultView';
import './results.css';

export function Results() {
  const runs = useAppState(shownRuns).filter(run => run.evaluations.length > 0);
  if (runs.length === 0) return null;
  return (
    <div className="results">
      <h3>Scores on held-out faces</h3>
      {runs.map((run, i) => (
        <RunResults key={run.id} run={run} first={i === 0} />
      ))}
    </div>
  );
}

/** The first is open; the others' pictures are drawn when somebody looks. */
function RunResults({ run, first }: { run: RunState; first: boolean }) {
  const [open, setOpen] = useState(first);
  const method = useAppState(
    ({ catalogue }) => catalogue?.weightings.find(({ id }) => id === run.weighting)?.label ?? run.weighting,
  );
  const evaluation = run.evaluations.at(-1);
  if (!evaluation) return null;
  return (
    <details className="run-results" open={open} onToggle={event => setOpen(event.currentTarget.open)}>
      <summary>
        <b>{method}</b> {run.name}
        <small className="run-results-step">
          at step {count(evaluation.step)}, {counted(evaluation.samples, 'image')}
        </small>
      </summary>
      {open && (
        <div className="result-cards">
          {Object.entries(evaluation.results).map(([id, result]) => (
            <ResultView key={id} result={result} tasks={run.tasks} />
          ))}
        </div>
      )}
    </details>
  );
}
