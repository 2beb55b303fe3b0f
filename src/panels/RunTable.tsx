/** @file Every run of this session: where it is, how fast, and what it reached. */
import { useState } from 'react';
import type { TaskDescription } from '../../workers/protocol/messages';
import { attempt } from '../state/actions/context';
import { latest } from '../state/history';
import { isOver, type RunState } from '../state/runs';
import { orderedRuns, shownRuns } from '../state/store';
import { useApp, useAppState } from '../state/useApp';
import { count, fixed, percent, rate } from './words';

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

function RunRow({ run, tasks }: { run: RunState; tasks: readonly TaskDescription[] }) {
  const { runs: actions, view, store } = useApp();
  const { shown, method } = useAppState(state => ({
    shown: !state.view.hidden.has(run.id),
    method: state.catalogue?.weightings.find(({ id }) => id === run.weighting)?.label ?? run.weighting,
  }));
  const [weights, losses, accuracy] = (['weight', 'loss', 'accuracy'] as const).map(kind =>
    latest(run.history, kind),
  );
  const evaluation = run.evaluations.at(-1);
  return (
    <tr data-shown={shown}>
      <th scope="row">
        <div className="run-name">
          <input
            type="checkbox"
            aria-label={`Show ${run.name}`}
            checked={shown}
            onChange={() => view.toggle(run.id)}
          />
          <span>
            <RunName run={run} />
            <small>
              {method} · {run.phase}
            </small>
            {run.error && <small className="wrong">{run.error.message}</small>}
          </span>
        </div>
      </th>
      <td className="number">
        {count(run.step)}
        <small> / {count(run.steps)}</small>
      </td>
      <td className="number">{rate(run.phase === 'running' ? run.stepsPerSecond : 0)}</td>
      <td className="number">{rate(run.phase === 'running' ? run.imagesPerSecond : 0)}</td>
      {tasks.flatMap(({ id }) => {
        const task = run.tasks.findIndex(own => own.id === id);
        return [
          <td key={`${id}-w`} className="number">
            {fixed(weights?.[task], 2)}
          </td>,
          <td key={`${id}-l`} className="number">
            {fixed(losses?.[task])}
          </td>,
          <td key={`${id}-a`} className="number">
            {percent(accuracy?.[task])}
          </td>,
          <td key={`${id}-t`} className="number">
            {percent(evaluation?.accuracy[id])}
          </td>,
        ];
      })}
      <td className="number">{fixed(evaluation?.verificationAuc)}</td>
      <td>
        <details className="row-menu" name="row-menu">
          <summary aria-label={`Actions for ${run.name}`}>⋯</summary>
          <div className="row-actions">
            <button
              type="button"
              className="link"
              onClick={() =>
                store.setState({
                  startFrom: { from: { kind: 'run', id: run.id }, label: `${run.name}, step ${run.step}` },
                })
              }
            >
              Start from these weights
            </button>
            <button
              type="button"
              className="link"
              disabled={!isOver(run) && run.phase !== 'paused'}
              onClick={() => void attempt(store, 'train', () => actions.remove(run.id))}
            >
              Remove
            </button>
          </div>
        </details>
      </td>
    </tr>
  );
}

function RunName({ run }: { run: RunState }) {
  const { runs: actions, store } = useApp();
  const rename = (name: string) => {
    if (name.trim() && name !== run.name)
      void attempt(store, 'train', () => actions.rename(run.id, name.trim()));
  };
  return (
    <input
      key={run.name}
      className="run-title"
      type="text"
      aria-label={`Name of ${run.name}`}
      defaultValue={run.name}
      spellCheck={false}
      onBlur={event => rename(event.target.value)}
      onKeyDown={event => event.key === 'Enter' && event.currentTarget.blur()}
    />
  );
}
