/** @file A run's history as CSV and JSON. */
import { columnsOfHistory, elapsedMsAt, learningRateAt, stepAt, valueAt } from './history';
import type { RunState } from './runs';

const columns = ['loss', 'weight', 'accuracy'] as const;

/** One row a step; an empty cell where the batch had no sample for the task. */
export function historyToCsv(run: Pick<RunState, 'history' | 'tasks'>): string {
  const { history, tasks } = run;
  const cell = (value: number) => (Number.isNaN(value) ? '' : String(value));
  const header = [
    'step',
    'learning_rate',
    'elapsed_ms',
    ...columns.flatMap(kind => tasks.map(({ id }) => `${kind}_${id}`)),
  ];
  const lines = Array.from({ length: history.length }, (_, i) =>
    [
      stepAt(history, i),
      learningRateAt(history, i),
      elapsedMsAt(history, i),
      ...columns.flatMap(kind => tasks.map((_, task) => valueAt(history, kind, task, i))),
    ].map(cell),
  );
  return `${[header, ...lines].map(line => line.join(',')).join('\r\n')}\r\n`;
}

/** Columns, evaluations, swaps, and what it takes to run it again. NaN becomes null. */
export function historyToJson(run: RunState): string {
  const { history, tasks, name, weighting, config, datasetName, split, classes, evaluations, swaps } = run;
  const ids = tasks.map(({ id }) => id);
  const swapsByName = swaps.swaps.map(({ step, from, to }) => ({ step, from: ids[from], to: ids[to] }));
  const file = {
    name,
    weighting,
    config,
    datasetName,
    split,
    classes,
    ...columnsOfHistory(history, ids),
    evaluations,
    swaps: swapsByName,
  };
  return JSON.stringify(file, null, 1);
}
