/** @file One run in the table: its name and progress, what can be done with it, and then one line for each figure with a column for each task. */
import { type ReactNode, useState } from 'react';
import type { Evaluation } from '../../../workers/protocol/results';
import type { TaskDescription } from '../../../workers/protocol/systems';
import { count, fixed, percent, rate } from '../../format/numbers';
import { originWords } from '../../format/originWords';
import { attempt } from '../../state/actions/context';
import { latest } from '../../state/history';
import { isBusy, type RunState } from '../../state/runs';
import { figureOf, type Score } from '../../state/scores';
import { useApp, useAppState } from '../../state/useApp';
import { ConfirmButton } from '../../widgets/ConfirmButton';
import { FigureText } from './results/FigureText';
import { scoredWhen, sideWords } from './scoreWords';

interface RunRowsProps {
  run: RunState;
  /** Of all runs of the table. */
  tasks: readonly TaskDescription[];
  scores: readonly Score[];
}

export function RunRows({ run, tasks, scores }: RunRowsProps) {
  const { runs: actions, view, store } = useApp();
  const [open, setOpen] = useState(false);
  const { shown, method } = useAppState(state => ({
    shown: !state.view.hidden.has(run.id),
    method: state.catalogue?.weightings.find(({ id }) => id === run.weighting)?.label ?? run.weighting,
  }));
  const evaluation = run.evaluations.at(-1);
  const lines = [...trainingLines(run), ...scoreLines(scores, evaluation)];
  const overall = scores.filter(score => score.tasks.length === 0);
  return (
    <tbody data-shown={shown}>
      <tr>
        <th scope="rowgroup" colSpan={1 + tasks.length}>
          <div className="run-head">
            <input
              type="checkbox"
              aria-label={`Show ${run.name}`}
              checked={shown}
              onChange={() => view.toggle(run.id)}
            />
            <RunName run={run} />
            <small>
              {method} · {run.phase}
              {run.startedFrom && ` · from ${originWords(run.startedFrom)}`}
            </small>
            <span className="run-progress">
              {count(run.step)}
              <small> / {count(run.steps)} steps</small>
              {run.phase === 'running' && (
                <small>
                  {' '}
                  · {rate(run.stepsPerSecond)} steps/s · {rate(run.imagesPerSecond)} images/s
                </small>
              )}
            </span>
            <button
              type="button"
              className="row-menu"
              aria-label={`Actions for ${run.name}`}
              aria-expanded={open}
              onClick={() => setOpen(!open)}
            >
              ⋯
            </button>
            {run.error && <small className="wrong">{run.error.message}</small>}
          </div>
        </th>
      </tr>
      {open && (
        <tr className="row-actions-row">
          <td colSpan={1 + tasks.length}>
            <div className="row-actions">
              <button
                type="button"
                className="link"
                onClick={() => {
                  const label = `${run.name}, step ${run.step}`;
                  store.setState({ startFrom: { from: { kind: 'run', id: run.id }, label } });
                  setOpen(false);
                }}
              >
                Start from these weights
              </button>
              <ConfirmButton
                label="Remove"
                subject={run.name}
                disabled={isBusy(run)}
                onConfirm={() => void attempt(store, 'train', () => actions.remove(run.id))}
              />
            </div>
          </td>
        </tr>
      )}
      {lines.map(({ label, figure }) => (
        <tr key={label}>
          <th scope="row" className="figure-name">
            {label}
          </th>
          {tasks.map(({ id }) => (
            <td key={id} className="number">
              {figure(id)}
            </td>
          ))}
        </tr>
      ))}
      {scores.length > 0 && (
        <tr>
          <td colSpan={1 + tasks.length}>
            <dl className="overall">
              {overall.map(score => (
                <div key={score.id}>
                  <dt>{named(score, evaluation)}</dt>
                  <dd>
                    <FigureText figure={figureOf(evaluation, score.id)} format={score.format} />
                  </dd>
                </div>
              ))}
              <div>
                <dt>Scored</dt>
                <dd>{evaluation ? scoredWhen(evaluation) : 'not yet'}</dd>
              </div>
            </dl>
          </td>
        </tr>
      )}
    </tbody>
  );
}

/** A figure of every task. */
interface Line {
  label: string;
  /** @param task its id; the run may lack it. */
  figure: (task: string) => ReactNode;
}

/** What the last batch said. */
function trainingLines(run: RunState): Line[] {
  const line = (
    label: string,
    kind: 'weight' | 'loss' | 'accuracy',
    format: (value?: number) => string,
  ): Line => {
    const values = latest(run.history, kind);
    return { label, figure: id => format(values[run.tasks.findIndex(task => task.id === id)]) };
  };
  return [
    line('Weight', 'weight', value => fixed(value, 2)),
    line('Loss', 'loss', value => fixed(value)),
    line('Train accuracy', 'accuracy', percent),
  ];
}

/** The name of a score with the images on which it was measured. */
const named = ({ label }: Score, evaluation: Evaluation | undefined) =>
  evaluation ? `${label} ${sideWords(evaluation.side)}` : `${label} on held-out images`;

/** What held-out faces said of each task. */
function scoreLines(scores: readonly Score[], evaluation: Evaluation | undefined): Line[] {
  return scores
    .filter(({ tasks }) => tasks.length > 0)
    .map(score => ({
      label: named(score, evaluation),
      figure: task => <FigureText figure={figureOf(evaluation, score.id, task)} format={score.format} />,
    }));
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
