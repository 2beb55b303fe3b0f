/** @file Every run of this session: where it is, how fast, and what it reached. */
import { useState } from 'react';
import { attempt } from '../../state/actions/context';
import { scoresOf } from '../../state/scores';
import { tasksOf } from '../../state/series';
import { orderedRuns, shownRuns } from '../../state/store';
import { useApp, useAppState } from '../../state/useApp';
import { RunRow } from './RunRow';
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
              {scores.length > 0 && (
                <th scope="col" rowSpan={2} className="number">
                  Scored
                </th>
              )}
              {scores.map(({ id, label, tasks: own }) => (
                <th
                  key={id}
                  {...(own.length > 0
                    ? { scope: 'colgroup', colSpan: own.length }
                    : { scope: 'col', rowSpan: 2 })}
                  className={own.length > 0 ? 'score-head' : 'score-head number'}
                >
                  {label}
                </th>
              ))}
              {tasks.map((task, i) => (
                <th
                  key={task.id}
                  scope="colgroup"
                  colSpan={3}
                  className="task-head"
                  style={{ '--task': `var(--task-${i})` }}
                >
                  {task.label}
                </th>
              ))}
              <th scope="col" rowSpan={2}>
                <span className="hidden">Actions</span>
              </th>
            </tr>
            <tr>
              {scores.flatMap(({ id, tasks: own }) =>
                own.map(task => (
                  <th key={`${id}-${task.id}`} scope="col" className="number score-task">
                    {task.label}
                  </th>
                )),
              )}
              {tasks.flatMap(({ id }) =>
                ['weight', 'loss', 'train'].map(what => (
                  <th key={`${id}-${what}`} scope="col" className="number">
                    {what}
                  </th>
                )),
              )}
            </tr>
          </thead>
          <tbody>
            {runs.map(run => (
              <RunRow key={run.id} run={run} tasks={tasks} scores={scores} />
            ))}
          </tbody>
        </table>
      </section>
      <p className="fine">
        “train” is the accuracy on the last batch; scores are on{' '}
        {runs[0] ? splitWords(runs[0].split) : 'the held-out split'}.
      </p>
    </div>
  );
}
