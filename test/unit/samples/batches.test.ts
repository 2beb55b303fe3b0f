import { expect, test } from 'vitest';
import { BatchStream, batchOrder, beginsEpoch, collate } from '../../../workers/samples/batches';
import { memoryDataset } from '../../fixtures/pixels';

test('every epoch shows every sample once, across batch borders', () => {
  const count = 10;
  const order = Array.from({ length: 5 }, (_, step) => batchOrder(step, 4, count, 1)).flat();
  expect(order).toHaveLength(20);
  expect([...order.slice(0, 10)].sort((a, b) => a - b)).toEqual([...Array(10).keys()]);
  expect([...order.slice(10)].sort((a, b) => a - b)).toEqual([...Array(10).keys()]);
  expect(order.slice(0, 10)).not.toEqual(order.slice(10));
});

test('the step alone says what a batch holds', () => {
  expect(batchOrder(7, 48, 1008, 3)).toEqual(batchOrder(7, 48, 1008, 3));
  expect(batchOrder(7, 48, 1008, 3)).not.toEqual(batchOrder(7, 48, 1008, 4));
});

test('a batch larger than the dataset repeats samples evenly', () => {
  const seen = new Map<number, number>();
  for (const i of batchOrder(0, 9, 3, 1)) seen.set(i, (seen.get(i) ?? 0) + 1);
  expect([...seen.values()]).toEqual([3, 3, 3]);
});

test('an epoch begins with the first batch whose first sample is of it', () => {
  const begins = (batchSize: number, count: number) =>
    Array.from({ length: 8 }, (_, step) => beginsEpoch(step, batchSize, count));
  // Batches of 4 from 10 samples begin at 0, 4, 8, 12, 16, 20, 24, 28.
  expect(begins(4, 10)).toEqual([false, false, false, true, false, true, false, false]);
  expect(begins(5, 10)).toEqual([false, false, true, false, true, false, true, false]);
  expect(begins(10, 10).slice(1)).toEqual(Array(7).fill(true));
  expect(begins(25, 10).slice(1)).toEqual(Array(7).fill(true));
});

test('a stream says which of its batches begin an epoch', async () => {
  const data = memoryDataset();
  const train = [0, 1, 2, 3, 4].map(sample => ({ sample, labels: [0] }));
  const stream = new BatchStream(data.pixels, data.index, train, 1, { batchSize: 2, inputSize: 4, seed: 1 });
  const batches = await Promise.all([0, 1, 2, 3, 4, 5].map(step => stream.at(step)));
  expect(batches.map(batch => batch.beginsEpoch)).toEqual([false, false, false, true, false, true]);
  data.close();
});

test('collate counts only labelled samples of a task', () => {
  const { labels, counts } = collate(
    [
      { sample: 0, labels: [2, -1] },
      { sample: 1, labels: [0, 1] },
    ],
    2,
  );
  expect(labels.map(column => [...column])).toEqual([
    [2, 0],
    [-1, 1],
  ]);
  expect(counts).toEqual([2, 1]);
});

test('runs a few steps apart share every batch; the next two are decoded before anybody asks', async () => {
  const data = memoryDataset();
  const train = data.index.samples.map((_, sample) => ({ sample, labels: [0] }));
  const stream = new BatchStream(data.pixels, data.index, train, 1, { batchSize: 2, inputSize: 4, seed: 1 });
  const [first, last] = [{}, {}];
  await stream.at(0, last);
  expect(data.requests).toHaveLength(3);
  for (let step = 0; step < 6; step++) await stream.at(step, first);
  for (let step = 0; step < 6; step++) await stream.at(step, last);
  await stream.at(7, first);
  expect(data.requests).toHaveLength(10);

  stream.leave(last);
  for (let step = 8; step < 30; step++) await stream.at(step, first);
  await stream.at(6, last);
  expect(data.requests, 'what a waiting run comes back to is decoded again').toHaveLength(30 + 2 + 3);
  data.close();
});

test('of a run far ahead nothing is kept for one that stands still but its next eight batches', async () => {
  const data = memoryDataset();
  const train = data.index.samples.map((_, sample) => ({ sample, labels: [0] }));
  const stream = new BatchStream(data.pixels, data.index, train, 1, { batchSize: 2, inputSize: 4, seed: 1 });
  const [still, ahead] = [{}, {}];
  await stream.at(0, still);
  for (let step = 0; step < 100; step++) await stream.at(step, ahead);
  const decoded = data.requests.length;
  for (let step = 1; step <= 6; step++) await stream.at(step, still);
  expect(data.requests.length - decoded, 'up to the eighth').toBe(0);
  for (let step = 7; step <= 20; step++) await stream.at(step, still);
  expect(data.requests.length - decoded, 'from the ninth on').toBeGreaterThanOrEqual(12);
  data.close();
});
