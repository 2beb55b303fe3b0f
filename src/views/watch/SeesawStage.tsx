/** @file Shows one see-saw for each shown run, with a caption that says what it does. */

import { count, fixed } from '../../format/numbers';
import { latest, valueAt, weightShares } from '../../state/history';
import { narrate } from '../../state/narrate';
import type { RunState } from '../../state/runs';
import { shownRuns } from '../../state/store';
import { useAppState } from '../../state/useApp';
import { Seesaw } from '../../widgets/Seesaw';
import './seesawStage.css';

export function SeesawStage() {
  const runs = useAppState(shownRuns);
  if (runs.length === 0) return <p className="fine">Every run is hidden. Tick one in the table below.</p>;
  return (
    <ul className="seesaws">
      {runs.map(run => (
        <SeesawCard key={run.id} run={run} />
      ))}
    </ul>
  );
}

function SeesawCard({ run }: { run: RunState }) {
  const entry = useAppState(({ catalogue }) => catalogue?.weightings.find(({ id }) => id === run.weighting));
  const method = entry?.label;
  const weights = latest(run.history, 'weight');
  return (
    <li className="seesaw-card" aria-label={`${method ?? run.weighting}, ${run.name}`} data-phase={run.phase}>
      <header>
        <h3>{method ?? run.weighting}</h3>
        <p className="seesaw-step">
          {run.phase !== 'running' && <span className="phase">{run.phase}</span>}
          <b>{count(run.step)}</b> / {count(run.steps)}
        </p>
      </header>
      <p className="fine seesaw-about">{entry?.about}</p>
      <Seesaw
        tasks={run.tasks}
        weights={weightShares(run.history)}
        losses={latest(run.history, 'loss')}
        lossScale={Math.max(...run.tasks.map((_, task) => valueAt(run.history, 'loss', task, 0) || 0), 1e-9)}
      />
      <p className="caption">{narrate(run)}</p>
      {entry && !entry.normalised && weights.length > 0 && (
        <p className="fine">
          Its weights sum to {fixed(weights.reduce((sum, weight) => sum + weight, 0))}, not to 1: the see-saw
          shows their shares.
        </p>
      )}
      <div>
        {run.warnings.map(warning => (
          <p className="warning" key={warning}>
            {warning}
          </p>
        ))}
      </div>
    </li>
  );
}
