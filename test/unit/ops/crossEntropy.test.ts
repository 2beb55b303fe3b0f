import { beforeAll, describe, expect, test } from 'vitest';
import { batchAccuracy, maskedCrossEntropy } from '../../../workers/ops/crossEntropy';
import * as tf from '../../../workers/tf/tf';

beforeAll(() => tf.setBackend('cpu'));

const scalar = (make: () => tf.Tensor) => tf.tidy(() => make().dataSync()[0] ?? Number.NaN);
const ints = (values: number[]) => tf.tensor1d(values, 'int32');

describe('maskedCrossEntropy', () => {
  test('equal logits cost ln K', () => {
    const loss = scalar(() => maskedCrossEntropy(tf.zeros([3, 24]), ints([0, 5, 23]), 3));
    expect(loss).toBeCloseTo(Math.log(24), 5);
  });

  test('masked rows change neither loss nor gradient', () => {
    const rows = [
      [1, 2, -1],
      [0.5, -3, 2],
    ];
    tf.tidy(() => {
      const two = tf.tensor2d(rows);
      const four = tf.tensor2d([...rows, [9, 9, -9], [1e6, 0, 0]]);
      const loss = (x: tf.Tensor2D) =>
        x.shape[0] === 2
          ? maskedCrossEntropy(x, ints([2, 0]), 2)
          : maskedCrossEntropy(x, ints([2, 0, -1, -1]), 2);
      expect(loss(four).dataSync()[0]).toBe(loss(two).dataSync()[0]);
      const gradient = Array.from(
        tf
          .grad(x => loss(x as tf.Tensor2D))(four)
          .dataSync(),
      );
      expect(gradient.slice(0, 6)).toEqual(
        Array.from(
          tf
            .grad(x => loss(x as tf.Tensor2D))(two)
            .dataSync(),
        ),
      );
      expect(gradient.slice(6)).toEqual([0, 0, 0, 0, 0, 0]);
    });
  });

  test('a batch without a label costs 0 and pulls at nothing', () => {
    tf.tidy(() => {
      const loss = (x: tf.Tensor) => maskedCrossEntropy(x as tf.Tensor2D, ints([-1, -1]), 0);
      const x = tf.tensor2d([
        [1, 2],
        [3, 4],
      ]);
      expect(loss(x).dataSync()[0]).toBeCloseTo(0, 10);
      expect(Math.max(...tf.abs(tf.grad(loss)(x)).dataSync())).toBe(0);
    });
  });

  test('logits of ±1e4 give the exact margin and a finite gradient', () => {
    tf.tidy(() => {
      const x = tf.tensor2d([
        [1e4, -1e4, 0],
        [1e4, -1e4, 0],
      ]);
      const loss = (x: tf.Tensor) => maskedCrossEntropy(x as tf.Tensor2D, ints([1, 0]), 2);
      expect(loss(x).dataSync()[0]).toBe(1e4);
      expect(Array.from(tf.grad(loss)(x).dataSync())).toEqual([0.5, -0.5, 0, 0, 0, 0]);
    });
  });

  test('the count may be a tensor', () => {
    const loss = scalar(() => maskedCrossEntropy(tf.zeros([3, 4]), ints([0, 1, -1]), tf.scalar(2)));
    expect(loss).toBeCloseTo(Math.log(4), 5);
  });
});

test('batchAccuracy counts right answers among the labelled', () => {
  const accuracy = scalar(() =>
    batchAccuracy(
      tf.tensor2d([
        [1, 2],
        [2, 1],
        [5, 1],
        [0, 9],
      ]),
      ints([1, 1, 0, -1]),
      3,
    ),
  );
  expect(accuracy).toBeCloseTo(2 / 3, 6);
});
