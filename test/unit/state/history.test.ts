import { expect, test } from 'vitest';
import {
  appendRows,
  columnsOfHistory,
  elapsedMsAt,
  emptyHistory,
  historyFromColumns,
  latest,
  stepAt,
  valueAt,
  weightShares,
} from '../../../src/state/history';
import { columnsFor, rows, twoTasks } from './fakes';

const threeTasks = columnsFor('a', 'b', 'c');

const steps = (history: ReturnType<typeof emptyHistory>) =>
  Array.from({ length: history.length }, (_, i) => stepAt(history, i));

test('every column of a row is read back where it was written', () => {
  const history = appendRows(emptyHistory(twoTasks), [7, 0.01, 123, 3.5, 2.5, 0.75, 0.25, 0.1, 0.9]);
  expect([stepAt(history, 0), valueAt(history, 'learningRate', 0, 0), elapsedMsAt(history, 0)]).toEqual([
    7, 0.01, 123,
  ]);
  expect([0, 1].map(task => valueAt(history, 'loss', task, 0))).toEqual([3.5, 2.5]);
  expect([0, 1].map(task => valueAt(history, 'weight', task, 0))).toEqual([0.75, 0.25]);
  expect(latest(history, 'accuracy')).toEqual([0.1, 0.9]);
});

test('an older version still reads its own rows after a newer one was appended to', () => {
  const one = appendRows(emptyHistory(twoTasks), rows([1, 0.5]));
  const two = appendRows(one, rows([2, 0.6]));
  const other = appendRows(one, rows([99, 0.9]));
  expect(steps(one)).toEqual([1]);
  expect(steps(two)).toEqual([1, 2]);
  expect(steps(other)).toEqual([1, 99]);
  expect(stepAt(one, 1)).toBeNaN();
});

test('100 000 rows in chunks of 7 are all kept and copy the buffer at most 10 times', () => {
  let history = emptyHistory(threeTasks);
  const buffers = new Set([history.buffer]);
  const width = threeTasks.length;
  for (let first = 0; first < 100_000; first += 7) {
    const chunk = new Float64Array(Math.min(7, 100_000 - first) * width);
    for (let i = 0; i * width < chunk.length; i++) chunk[i * width] = first + i;
    history = appendRows(history, chunk);
    buffers.add(history.buffer);
  }
  expect(history.length).toBe(100_000);
  expect(stepAt(history, 99_999)).toBe(99_999);
  expect(stepAt(history, 50_000)).toBe(50_000);
  // Doubling from 256 rows: 256·2^9 > 100 000.
  expect(buffers.size).toBeLessThanOrEqual(10);
});

test('rows that are not beyond the last step are ignored', () => {
  const two = appendRows(emptyHistory(twoTasks), rows([1, 0.5], [2, 0.6]));
  expect(appendRows(two, rows([1, 0.5], [2, 0.6]))).toBe(two);
  const three = appendRows(two, rows([2, 0.9], [3, 0.7]));
  expect(steps(three)).toEqual([1, 2, 3]);
  expect([1, 2].map(row => valueAt(three, 'weight', 0, row))).toEqual([0.6, 0.7]);
});

test('numbers that are no whole rows are refused', () => {
  expect(() => appendRows(emptyHistory(twoTasks), [1, 2, 3])).toThrow(
    '3 numbers are no whole rows of 9 columns',
  );
});

test('columns and rows are two forms of one history, NaN included', () => {
  const history = appendRows(emptyHistory(twoTasks), rows([1, 0.5], [2, 0.7]));
  const columns = columnsOfHistory(history);
  expect(columns['weight/identity']).toEqual([0.5, 0.7]);
  expect(columns['accuracy/expression']).toEqual([Number.NaN, Number.NaN]);
  const back = historyFromColumns(columns, twoTasks);
  expect([...back.buffer.subarray(0, 18)]).toEqual([...history.buffer.subarray(0, 18)]);
});

test('a column that a history lacks, as one of an older checkpoint may, is all NaN; one that nobody asked for is dropped', () => {
  const values = { step: [1, 2], 'loss/identity': [3, 2], 'gone/identity': [9, 9] };
  const history = historyFromColumns(values, twoTasks);
  expect(history.length).toBe(2);
  expect(latest(history, 'loss')).toEqual([2, Number.NaN]);
  expect(latest(history, 'gone')).toEqual([]);
});

test('the newest value of a task that the last batches lack is the one before the gap', () => {
  const [gap, row] = [Number.NaN, (step: number, loss: number) => [step, 0.1, 0, loss, 2, 0.5, 0.5, 0, 0]];
  const history = appendRows(emptyHistory(twoTasks), [
    ...row(1, 4),
    ...row(2, 3),
    ...row(3, gap),
    ...row(4, gap),
  ]);
  expect(latest(history, 'loss')).toEqual([3, 2]);
});

test('weights that do not sum to 1 are shown as shares', () => {
  const history = appendRows(emptyHistory(twoTasks), [1, 0.1, 0, 3, 2, 1.5, 0.5, 0, 0]);
  expect(weightShares(history)).toEqual([0.75, 0.25]);
  expect(weightShares(emptyHistory(twoTasks))).toEqual([]);
});
