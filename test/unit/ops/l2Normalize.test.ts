import { beforeAll, expect, test } from 'vitest';
import { l2Normalize } from '../../../workers/ops/l2Normalize';
import * as tf from '../../../workers/tf/tf';

beforeAll(() => tf.setBackend('cpu'));

test('rows get unit length', () => {
  tf.tidy(() => {
    const y = l2Normalize(
      tf.tensor2d([
        [3, 4],
        [-1e-3, 0],
        [1e6, 1e6],
      ]),
    ).arraySync();
    expect(y[0]?.[0]).toBeCloseTo(0.6, 6);
    // ε 1e-10 under the root: 1 / √(1 + 1e-4).
    expect(y[1]?.[0]).toBeCloseTo(-1 + 5e-5, 6);
    expect(y[2]?.[0]).toBeCloseTo(Math.SQRT1_2, 6);
  });
});

test('a zero row stays zero and its gradient is finite', () => {
  tf.tidy(() => {
    const x = tf.zeros<tf.Rank.R2>([1, 3]);
    expect(Array.from(l2Normalize(x).dataSync())).toEqual([0, 0, 0]);
    const gradient = tf
      .grad(x => tf.sum(l2Normalize(x as tf.Tensor2D)))(x)
      .dataSync();
    expect(gradient.every(Number.isFinite)).toBe(true);
  });
});

test('the gradient is orthogonal to the vector', () => {
  tf.tidy(() => {
    const x = tf.tensor2d([[0.3, -2, 1.5]]);
    const gradient = tf.grad(x => tf.sum(tf.mul(l2Normalize(x as tf.Tensor2D), [[1, 2, 5]])))(x);
    expect(tf.sum(tf.mul(gradient, x)).dataSync()[0]).toBeCloseTo(0, 5);
  });
});
