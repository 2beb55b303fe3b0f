import { beforeAll, describe, expect, test } from 'vitest';
import { centerLoss } from '../../../workers/ops/centerLoss';
import { maskedCrossEntropy } from '../../../workers/ops/crossEntropy';
import { l2Normalize } from '../../../workers/ops/l2Normalize';
import * as tf from '../../../workers/tf/tf';

beforeAll(() => tf.setBackend('cpu'));

const scalar = (make: () => tf.Tensor) => tf.tidy(() => make().dataSync()[0] ?? Number.NaN);
const ints = (values: number[]) => tf.tensor1d(values, 'int32');

describe('centerLoss', () => {
  const x = () =>
    tf.tensor2d([
      [1, 0],
      [0, 1],
      [7, 7],
    ]);
  const centers = () =>
    tf.tensor2d([
      [0, 0],
      [0, 3],
    ]);

  test('it is half the mean squared distance to the own center over the labelled', () => {
    const loss = scalar(() => centerLoss(x(), ints([0, 1, -1]), centers(), 2));
    expect(loss).toBeCloseTo(0.5 * ((1 + 4) / 2), 6);
  });

  test('its gradient pulls the labelled alone', () => {
    tf.tidy(() => {
      const gradient = tf.grad(x => centerLoss(x as tf.Tensor2D, ints([0, 1, -1]), centers(), 2))(x());
      expect(Array.from(gradient.dataSync())).toEqual([0.5, 0, 0, -1, 0, 0]);
    });
  });

  test('by the printed norm it is the mean distance, its gradient has length 1, and 0 on the center itself', () => {
    tf.tidy(() => {
      const labels = ints([0, 1, 1]);
      const x = tf.tensor2d([
        [3, 4],
        [0, 3],
        [0, 5],
      ]);
      const loss = (y: tf.Tensor) => centerLoss(y as tf.Tensor2D, labels, centers(), 1, 'printed');
      expect(loss(x).dataSync()[0]).toBeCloseTo(5 + 0 + 2, 6);
      const wanted = [0.6, 0.8, 0, 0, 0, 1];
      tf.grad(loss)(x)
        .dataSync()
        .forEach((value, i) => {
          expect(value).toBeCloseTo(wanted[i] ?? Number.NaN, 6);
        });
    });
  });
});

test('losses leave no tensor behind', () => {
  const before = tf.memory().numTensors;
  tf.tidy(() => {
    const labels = ints([0, -1]);
    const centers = tf.ones<tf.Rank.R2>([2, 3]);
    tf.grad(x => {
      const y = l2Normalize(x as tf.Tensor2D);
      return tf.add(maskedCrossEntropy(y, labels, 1), centerLoss(y, labels, centers, 1));
    })(tf.ones([2, 3]));
  });
  expect(tf.memory().numTensors).toBe(before);
});
