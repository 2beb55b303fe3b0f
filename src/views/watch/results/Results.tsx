/** @file Shows all results of the last evaluation of each shown run, one run after the other. */
import { memo, useState } from 'react';
import { counted } from '../../../format/words';
import type { RunState } from '../../../state/runs';
import { shownRuns } from '../../../state/store';
import { useAppState } from '../../../state/useApp';
import { scoredWhen } from '../scoreWords';
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

interface RunResultsProps {
  run: RunState;
  first: boolean;
}

/** Whether the results are the same. Steps come many times a second and results seldom, so most renders are avoided. */
const sameResults = (a: RunResultsProps, b: RunResultsProps) =>
  a.run.name === b.run.name && a.run.evaluations === b.run.evaluations;

/** The first run is open. The pictures of the others are drawn when a person opens them. */
const RunResults = memo(function RunResults({ run, first }: RunResultsProps) {
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
          {scoredWhen(evaluation)}, {counted(evaluation.samples, 'image')}
        </small>
      </summary>
      {open && (
        <div className="result-cards">
          {Object.entries(evaluation.results).map(([id, result]) => (
            <ResultView key={id} result={result} tasks={run.tasks} side={evaluation.side} />
          ))}
        </div>
      )}
    </details>
  );
}, sameResults);
