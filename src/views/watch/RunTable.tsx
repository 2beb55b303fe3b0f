/** @file Every run of this session: where it is, how fast, and what it reached. */
import { useState } from 'react';
import type { TaskDescription } from '../../../workers/protocol/systems';
import { count } from '../../format/words';
import { attempt } from '../../state/actions/context';
import type { RunState } from '../../state/runs';
import { orderedRuns, shownRuns } from '../../state/store';
import { useApp, useAppState } from '../../state/useApp';
import { RunRow } from './RunRow';

/** Tasks of all runs, in the order they first appear. */
const tasksOf = (runs: readonly RunState[]): TaskDescription[] => [
  ...new Map(runs.flatMap(run => run.tasks).map(task => [task.id, task])).values(),
];

export function RunTable() {
  const { runs: actions, store } = useApp();
  const runs = useAppState(orderedRuns);
  const tasks = tasksOf(runs);
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
              <th scope="col" rowSpan={2}>
                Run
              </th>
              <th scope="col" rowSpan={2} className="number">
                Step
              </th>
              <th scope="col" rowSpan={2} className="number">
                Steps/s
              </th>
              <th scope="col" rowSpan={2} className="number">
                Images/s
              </th>
              {tasks.map((task, i) => (
                <th key={task.id} scope="colgroup" colSpan={4} className="task-head" data-task={i}>
                  {task.label}
                </th>
              ))}
              <th scope="col" rowSpan={2} className="number">
                Pair AUC
              </th>
              <th scope="col" rowSpan={2}>
                <span className="hidden">Actions</span>
              </th>
            </tr>
            <tr>
              {tasks.flatMap(({ id }) =>
                ['weight', 'loss', 'train', 'test'].map(what => (
                  <th key={`${id}-${what}`} scope="col" className="number">
                    {what}
                  </th>
                )),
              )}
            </tr>
          </thead>
          <tbody>
            {runs.map(run => (
              <RunRow key={run.id} run={run} tasks={tasks} />
            ))}
          </tbody>
        </table>
      </section>
      <p className="fine">
        “train” is the accuracy on the last batch, “test” on the held-out split
        {runs[0] &&
          `: ${count(runs[0].split.test)} of ${count(runs[0].split.train + runs[0].split.test)} images, ${runs[0].split.rule}`}
        .
      </p>
    </div>
  );
}
