/**
 * @file A run's recorded rows, growing by chunks.
 *
 * A `RunHistory` is a value: appending returns a new one and the old one still reads the same rows. Like a slice over
 * a growing array, versions share one buffer: only the newest version writes behind its own end, so an append copies
 * its chunk and nothing else (100 000 steps of three tasks are 9.6 MB).
 */
import type { History } from '../../workers/protocol/runs';

/** Columns of one row: step, learning rate, elapsed ms, then losses, weights and accuracies in task order. */
export type TaskColumn = 'loss' | 'weight' | 'accuracy';
const columnOffset = { loss: 0, weight: 1, accuracy: 2 } as const;

export interface RunHistory {
  readonly tasks: number;
  /** Rows that belong to this version. */
  readonly length: number;
  /** Row-major, `[capacity, 3 + 3·tasks]`; shared between versions. */
  readonly buffer: Float64Array;
  /** Rows written into `buffer` by any version. */
  readonly written: { rows: number };
}

export const rowWidth = (tasks: number) => 3 + 3 * tasks;
const firstCapacity = 256;

export function emptyHistory(tasks: number): RunHistory {
  return {
    tasks,
    length: 0,
    buffer: new Float64Array(firstCapacity * rowWidth(tasks)),
    written: { rows: 0 },
  };
}

/**
 * Appends those of `news` (`[n, 3 + 3·tasks]`, row-major, by rising step) that lie beyond the last row: a row that comes
 * twice is kept once. Throws a RangeError when they do not divide into whole rows.
 */
export function appendRows(history: RunHistory, news: ArrayLike<number>): RunHistory {
  const width = rowWidth(history.tasks);
  if (news.length % width !== 0)
    throw new RangeError(`${news.length} numbers are no whole rows of ${width} (${history.tasks} tasks)`);
  const last = stepAt(history, history.length - 1);
  let known = 0;
  while (known < news.length && (news[known] ?? 0) <= last) known += width;
  const rows = known === 0 ? news : Array.from(news).slice(known);
  if (rows.length === 0) return history;
  const length = history.length + rows.length / width;
  const newest = history.written.rows === history.length;
  if (newest && length * width <= history.buffer.length) {
    history.buffer.set(rows, history.length * width);
    history.written.rows = length;
    return { ...history, length };
  }
  const capacity = Math.max(firstCapacity, 2 * length);
  const buffer = new Float64Array(capacity * width);
  buffer.set(history.buffer.subarray(0, history.length * width));
  buffer.set(rows, history.length * width);
  return { tasks: history.tasks, length, buffer, written: { rows: length } };
}

const cell = (history: RunHistory, row: number, column: number) =>
  row >= 0 && row < history.length
    ? (history.buffer[row * rowWidth(history.tasks) + column] ?? Number.NaN)
    : Number.NaN;

/** Values of row `i`, 0 to `length − 1`; NaN outside. */
export const stepAt = (history: RunHistory, i: number) => cell(history, i, 0);
export const learningRateAt = (history: RunHistory, i: number) => cell(history, i, 1);
export const elapsedMsAt = (history: RunHistory, i: number) => cell(history, i, 2);
export const valueAt = (history: RunHistory, column: TaskColumn, task: number, i: number) =>
  cell(history, i, 3 + columnOffset[column] * history.tasks + task);

/** The last row's value of one column for every task; empty before the first row. */
export function latest(history: RunHistory, column: TaskColumn): number[] {
  if (history.length === 0) return [];
  return Array.from({ length: history.tasks }, (_, task) =>
    valueAt(history, column, task, history.length - 1),
  );
}

/** The rows of a history as the training worker tells it; tasks in the order of `tasks`. */
export function historyFromColumns(columns: History, tasks: readonly string[]): RunHistory {
  const width = rowWidth(tasks.length);
  const rows = new Float64Array(columns.step.length * width);
  columns.step.forEach((step, i) => {
    const row = [
      step,
      columns.learningRate[i],
      columns.elapsedMs[i],
      ...tasks.map(id => columns.losses[id]?.[i]),
      ...tasks.map(id => columns.weights[id]?.[i]),
      ...tasks.map(id => columns.accuracy[id]?.[i]),
    ];
    rows.set(
      row.map(value => value ?? Number.NaN),
      i * width,
    );
  });
  return appendRows(emptyHistory(tasks.length), rows);
}

/** The reverse: one array a column, tasks by name. */
export function columnsOfHistory(
  history: RunHistory,
  tasks: readonly string[],
): Omit<History, 'evaluations'> {
  const column = (read: (i: number) => number) => Array.from({ length: history.length }, (_, i) => read(i));
  const perTask = (kind: TaskColumn) =>
    Object.fromEntries(tasks.map((id, task) => [id, column(i => valueAt(history, kind, task, i))]));
  return {
    step: column(i => stepAt(history, i)),
    losses: perTask('loss'),
    weights: perTask('weight'),
    accuracy: perTask('accuracy'),
    learningRate: column(i => learningRateAt(history, i)),
    elapsedMs: column(i => elapsedMsAt(history, i)),
  };
}
