import { expect, test } from 'vitest';
import { appendRows, emptyHistory } from '../../../src/state/history';
import { findSwaps, holdRows, noSwaps, trackSwaps } from '../../../src/state/swaps';
import { columnsFor, rows, twoTasks } from './fakes';

const historyOf = (weights: readonly number[]) =>
  appendRows(emptyHistory(twoTasks), rows(...weights.map((weight, i) => [i + 1, weight] as const)));
const ramp = (from: number, to: number, length: number) =>
  Array.from({ length }, (_, i) => from + ((to - from) * i) / (length - 1));

test('a crossing that stays is one swap, dated where the raw weights cross', () => {
  const weights = [0.5, ...Array(20).fill(0.7), ...Array(20).fill(0.3)];
  expect(findSwaps(historyOf(weights))).toEqual([{ step: 22, from: 0, to: 1 }]);
});

test('a slow crossing is dated at its first row although the margin comes later', () => {
  // Row 26 (step 26) is the first below one half.
  const weights = ramp(0.7, 0.3, 50);
  expect(weights[24]).toBeGreaterThan(0.5);
  expect(weights[25]).toBeLessThan(0.5);
  expect(findSwaps(historyOf(weights))).toEqual([{ step: 26, from: 0, to: 1 }]);
});

test('equal weights and the first leader are no swaps', () => {
  expect(findSwaps(historyOf(Array(50).fill(0.5)))).toEqual([]);
  expect(findSwaps(historyOf([0.5, ...Array(50).fill(0.1)]))).toEqual([]);
});

test('a batch without a sample of the leader neither ends its lead nor starts another', () => {
  const often = (weight: number) => Array.from({ length: 20 }, (_, i) => (i % 4 === 3 ? Number.NaN : weight));
  const swaps = findSwaps(historyOf([...often(0.7), ...often(0.3)]));
  expect(swaps).toEqual([{ step: 21, from: 0, to: 1 }]);
});

test('a lead that does not hold is no swap', () => {
  const weights = [...Array(20).fill(0.7), ...Array(holdRows - 1).fill(0.3), ...Array(20).fill(0.7)];
  expect(findSwaps(historyOf(weights))).toEqual([]);
});

test('a lead within the margin is no swap', () => {
  expect(findSwaps(historyOf([...Array(20).fill(0.7), ...Array(40).fill(0.495)]))).toEqual([]);
});

test('weights that go back and forth swap each time', () => {
  const weights = [0.7, 0.3, 0.8, 0.2].flatMap(weight => Array(15).fill(weight) as number[]);
  expect(findSwaps(historyOf(weights)).map(({ step, from, to }) => [step, from, to])).toEqual([
    [16, 0, 1],
    [31, 1, 0],
    [46, 0, 1],
  ]);
});

test('of three tasks, the one that passes the leader takes over', () => {
  const row = (step: number, w: readonly number[]) => [step, 0.1, 0, 1, 1, 1, ...w, 0, 0, 0];
  const first = Array.from({ length: 12 }, (_, i) => row(i, [0.2, 0.7, 0.1]));
  const then = Array.from({ length: 12 }, (_, i) => row(12 + i, [0.3, 0.1, 0.6]));
  const history = appendRows(emptyHistory(columnsFor('a', 'b', 'c')), [...first, ...then].flat());
  expect(findSwaps(history)).toEqual([{ step: 12, from: 1, to: 2 }]);
});

test('reading row by row finds the same swaps as reading at once', () => {
  const weights = Array.from({ length: 200 }, (_, i) => 0.5 + 0.3 * Math.sin(i / 15));
  let history = emptyHistory(twoTasks);
  let tracker = noSwaps;
  weights.forEach((weight, i) => {
    history = appendRows(history, rows([i + 1, weight]));
    tracker = trackSwaps(tracker, history);
  });
  expect(tracker.swaps.length).toBeGreaterThan(2);
  expect(tracker.swaps).toEqual(findSwaps(historyOf(weights)));
});
