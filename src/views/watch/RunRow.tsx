/** @file One run in the table: its name, numbers, and what can be done with it. */
import { useState } from 'react';
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
import { scoredWhen } from './scoreWords';

interface RunRowProps {
  run: RunState;
  /** Of all runs of the table. */
  tasks: readonly TaskDescription[];
  scores: readonly Score[];
}

export function RunRow({ run, tasks, scores }: RunRowProps) {
  const { runs: actions, view, store } = useApp();
  const [open, setOpen] = useState(false);
  const { shown, method } = useAppState(state => ({
    shown: !state.view.hidden.has(run.id),
    method: state.catalogue?.weightings.find(({ id }) => id === run.weighting)?.label ?? run.weighting,
  }));
  const [weights, losses, accuracy] = (['weight', 'loss', 'accuracy'] as const).map(kind =>
    latest(run.history, kind),
  );
  const evaluation = run.evaluations.at(-1);
  const scoreColumns = scores.reduce((sum, { tasks: own }) => sum + Math.max(1, own.length), 0);
  const columns = 5 + 3 * tasks.length + scoreColumns + (scoreColumns > 0 ? 1 : 0);
  return (
    <>
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
              {run.startedFrom && <small>from {originWords(run.startedFrom)}</small>}
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
        {scores.length > 0 && <td className="number">{evaluation ? scoredWhen(evaluation) : '–'}</td>}
        {scores.flatMap(({ id, format, tasks: own }) => {
          const cell = (task?: string) => (
            <td key={`${id}-${task}`} className="number">
              <FigureText figure={figureOf(evaluation, id, task)} format={format} />
            </td>
          );
          return own.length > 0 ? own.map(task => cell(task.id)) : [cell()];
        })}
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
          ];
        })}
        <td>
          <button
            type="button"
            className="row-menu"
            aria-label={`Actions for ${run.name}`}
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            ⋯
          </button>
        </td>
      </tr>
      {open && (
        <tr className="row-actions-row">
          <td colSpan={columns}>
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
    </>
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
