/** @file Every run of this session: where it is, how fast, and what it reached. */
import { useState } from 'react';
import { attempt } from '../../state/actions/context';
import { scoresOf } from '../../state/scores';
import { tasksOf } from '../../state/series';
import { orderedRuns, shownRuns } from '../../state/store';
import { useApp, useAppState } from '../../state/useApp';
import { RunRows } from './RunRows';
import './runTable.css';
import { splitWords } from './scoreWords';

export function RunTable() {
  const { runs: actions, store } = useApp();
  const runs = useAppState(orderedRuns);
  const tasks = tasksOf(runs);
  const scores = scoresOf(
    runs.map(run => run.evaluations.at(-1)),
    tasks,
  ).filter(({ headline }) => headline);
  const [evaluating, setEvaluating] = useState(false);
  const evaluate = async () => {
    setEvaluating(true);
    await attempt(store, 'weights', async () => {
      for (const run of shownRuns(store.getState())) await actions.evaluate(run.id);
    });
    setEvaluating(false);
  };
  return (
    <div className="runs">
      <header>
        <h3>Runs</h3>
        <button type="button" disabled={evaluating} onClick={() => void evaluate()}>
          {evaluating ? 'Scoring…' : 'Score on held-out faces'}
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="table-scroll" aria-label="Runs, scrollable" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">
                <span className="hidden">Figure</span>
              </th>
              {tasks.map((task, i) => (
                <th
                  key={task.id}
                  scope="col"
                  className="task-head number"
                  style={{ '--task': `var(--task-${i})` }}
                >
                  <span>{task.label}</span>
                </th>
              ))}
            </tr>
          </thead>
          {runs.map(run => (
            <RunRows key={run.id} run={run} tasks={tasks} scores={scores} />
          ))}
        </table>
      </section>
      <p className="fine">
        Train accuracy is that of the last batch; scores are on{' '}
        {runs[0] ? splitWords(runs[0].split) : 'the held-out split'}.
      </p>
    </div>
  );
}
