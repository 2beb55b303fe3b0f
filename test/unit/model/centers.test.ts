import { beforeAll, expect, test } from 'vitest';
import { createCenters } from '../../../workers/model/centers';
import * as tf from '../../../workers/tf/tf';

beforeAll(() => tf.setBackend('cpu'));

test('a center moves by (1 − a) towards the mean of its samples, and stays without one', () => {
  const before = tf.memory().numTensors;
  const centers = createCenters(4, 2);
  const x = tf.tensor2d([1, 0, 0, 1, 3, 4, 9, 9, 0.5, 0.5], [5, 2]);
  const labels = tf.tensor1d([0, 2, 0, -1, 2], 'int32');
  centers.update(x, labels, 0.25);
  const first = Array.from(centers.values.dataSync());
  const wanted = [2 * 0.75, 2 * 0.75, 0, 0, 0.25 * 0.75, 0.75 * 0.75, 0, 0];
  first.forEach((value, i) => {
    expect(value).toBeCloseTo(wanted[i] ?? Number.NaN, 6);
  });
  centers.update(x, labels, 0.25);
  expect(centers.values.dataSync()[0]).toBeCloseTo(1.5 + 0.75 * (2 - 1.5), 6);
  tf.dispose([x, labels]);
  centers.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test('a = 1 leaves the centers where they are', () => {
  const centers = createCenters(2, 1);
  tf.tidy(() => centers.update(tf.tensor2d([[5]]), tf.tensor1d([1], 'int32'), 1));
  expect(Array.from(centers.values.dataSync())).toEqual([0, 0]);
  centers.dispose();
});

test('a batch of masked samples moves nothing', () => {
  const centers = createCenters(2, 1);
  tf.tidy(() => centers.update(tf.tensor2d([[5], [6]]), tf.tensor1d([-1, -1], 'int32'), 0.5));
  expect(Array.from(centers.values.dataSync())).toEqual([0, 0]);
  centers.dispose();
});
