/** @file Gives a run to the charts by accessors that read its history in place. */
import type { TaskDescription } from '../../workers/protocol/systems';
import type { RunSeries, SwapEvent } from '../charts/types';
import { elapsedMsAt, stepAt, valueAt } from './history';
import type { RunState } from './runs';

export function toSeries(run: RunState, methodLabel: string): RunSeries {
  const { history } = run;
  return {
    runId: run.id,
    runName: run.name,
    weighting: run.weighting,
    methodLabel,
    tasks: run.tasks,
    length: history.length,
    version: history.length,
    step: i => stepAt(history, i),
    elapsedMs: i => elapsedMsAt(history, i),
    value: (kind, task, i) => valueAt(history, kind, task, i),
    ...(run.startedAt === null ? {} : { startedAt: run.startedAt }),
  };
}

/** The tasks of all runs, in the order in which they first appear. */
export const tasksOf = (runs: readonly RunState[]): TaskDescription[] => [
  ...new Map(runs.flatMap(run => run.tasks).map(task => [task.id, task])).values(),
];

export const swapEvents = (runs: readonly RunState[]): SwapEvent[] =>
  runs.flatMap(run => run.swaps.swaps.map(swap => ({ runId: run.id, ...swap })));
