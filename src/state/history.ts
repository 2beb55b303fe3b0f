/**
 * @file The recorded rows of a run, which arrive in chunks.
 *
 * A `RunHistory` is a value: appending returns a new one, and the old one still reads the same rows. Like slices of
 * a growing array, all versions share one buffer. Only the newest version writes behind its own end, so an append copies
 * only its own chunk (100 000 steps of three tasks are 9.6 MB).
 */
import { type Column, type ColumnValues, columnOf, positionsOf } from '../../workers/protocol/columns';

export interface RunHistory {
  readonly columns: readonly Column[];
  /** The positions in a row of the columns of each quantity, in task order. */
  readonly positions: ReadonlyMap<string, readonly number[]>;
  /** The number of rows that belong to this version. */
  readonly length: number;
  /** The values, `[capacity, columns]` in row-major order. All versions share it. */
  readonly buffer: Float64Array;
  /** The number of rows that any version has written into `buffer`. */
  readonly written: { rows: number };
}

const firstCapacity = 256;

export function emptyHistory(columns: readonly Column[]): RunHistory {
  const quantities = new Set(columns.map(({ quantity }) => quantity));
  return {
    columns,
    positions: new Map([...quantities].map(quantity => [quantity, positionsOf(columns, quantity)])),
    length: 0,
    buffer: new Float64Array(firstCapacity * columns.length),
    written: { rows: 0 },
  };
}

/**
 * Appends those rows of `news` (`[n, columns]`, row-major, by rising step) that come after the last row: a row that comes
 * twice is kept once. Throws a RangeError if `news` is not a whole number of rows.
 */
export function appendRows(history: RunHistory, news: ArrayLike<number>): RunHistory {
  const width = history.columns.length;
  if (news.length % width !== 0)
    throw new RangeError(`${news.length} numbers are no whole rows of ${width} columns`);
  const last = stepAt(history, history.length - 1);
  const stepPosition = history.positions.get('step')?.[0] ?? 0;
  let known = 0;
  while (known < news.length && (news[known + stepPosition] ?? 0) <= last) known += width;
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
  return { ...history, length, buffer, written: { rows: length } };
}

/** The value of one quantity for one task (by its index among the run's tasks) in row `i`. NaN where there is none. */
export function valueAt(history: RunHistory, quantity: string, task: number, i: number): number {
  const at = history.positions.get(quantity)?.[task];
  if (at === undefined || i < 0 || i >= history.length) return Number.NaN;
  return history.buffer[i * history.columns.length + at] ?? Number.NaN;
}

/** The step of row `i`, which goes from 0 to `length − 1`; NaN outside. */
export const stepAt = (history: RunHistory, i: number) => valueAt(history, 'step', 0, i);
export const elapsedMsAt = (history: RunHistory, i: number) => valueAt(history, 'elapsedMs', 0, i);

/** How many rows to look back for a value: several batches in a row may have no sample of a task. */
const lookBack = 200;

/**
 * The newest value of one quantity for each task, in task order; empty before the first row. Where the last rows have a
 * gap, because their batches had no sample of the task, it is the last value before the gap.
 */
export function latest(history: RunHistory, quantity: string): number[] {
  if (history.length === 0) return [];
  const first = Math.max(0, history.length - lookBack);
  return (history.positions.get(quantity) ?? []).map((_, task) => {
    for (let row = history.length - 1; row >= first; row--) {
      const value = valueAt(history, quantity, task, row);
      if (!Number.isNaN(value)) return value;
    }
    return Number.NaN;
  });
}

/** The newest weights divided by their sum, which is not 1 for some strategies. Empty before the first row. */
export function weightShares(history: RunHistory): number[] {
  const weights = latest(history, 'weight');
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map(weight => weight / sum);
}

/** Makes a history from the columns that the training worker sends. */
export function historyFromColumns(values: ColumnValues, columns: readonly Column[]): RunHistory {
  const width = columns.length;
  const rows = new Float64Array(columnOf(values, 'step').length * width).fill(Number.NaN);
  columns.forEach(({ id }, at) => {
    values[id]?.forEach((value, i) => {
      rows[i * width + at] = value;
    });
  });
  return appendRows(emptyHistory(columns), rows);
}

/** The reverse of `historyFromColumns`: one array for each column. */
export function columnsOfHistory({ columns, length, buffer }: RunHistory): Record<string, number[]> {
  const column = (at: number) =>
    Array.from({ length }, (_, i) => buffer[i * columns.length + at] ?? Number.NaN);
  return Object.fromEntries(columns.map(({ id }, at) => [id, column(at)]));
}
