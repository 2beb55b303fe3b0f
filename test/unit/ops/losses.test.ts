/** What every loss of a task must hold. */

import { beforeAll, expect, test } from 'vitest';
import { LOSSES } from '../../../workers/ops/losses';
import * as tf from '../../../workers/tf/tf';

beforeAll(() => tf.setBackend('cpu'));

const logits = () =>
  tf.tensor2d([
    [1, 2, -1],
    [0.5, -3, 2],
    [9, 9, -9],
  ]);
const ints = (values: number[]) => tf.tensor1d(values, 'int32');

test.each(Object.entries(LOSSES))(
  '%s ignores rows without a label, and falls along its gradient',
  (_, loss) => {
    tf.tidy(() => {
      const x = logits();
      const of = (x: tf.Tensor) => loss(x as tf.Tensor2D, ints([0, 2, -1]), 2);
      const gradient = tf.grad(of)(x);
      expect(gradient.shape).toEqual(x.shape);
      expect(Array.from(tf.slice(gradient, [2, 0]).dataSync())).toEqual([0, 0, 0]);
      const value = (x: tf.Tensor) => of(x).dataSync()[0] ?? Number.NaN;
      const squares = tf.sum(tf.square(gradient)).dataSync()[0] ?? Number.NaN;
      expect(squares).toBeGreaterThan(0);
      // To first order the loss falls by the step times the squared length of the gradient.
      const step = 1e-2;
      const fall = value(x) - value(tf.sub(x, tf.mul(gradient, step)));
      expect(fall / (step * squares)).toBeCloseTo(1, 1);
    });
  },
);

test.each(Object.entries(LOSSES))('%s of a batch without a label is 0, without a gradient', (_, loss) => {
  tf.tidy(() => {
    const of = (x: tf.Tensor) => loss(x as tf.Tensor2D, ints([-1, -1, -1]), 0);
    expect(of(logits()).dataSync()[0]).toBeCloseTo(0, 10);
    expect(Array.from(tf.grad(of)(logits()).dataSync()).every(value => value === 0)).toBe(true);
  });
});

test.each(Object.entries(LOSSES))('%s tells the accuracy of the batch', (_, loss) => {
  tf.tidy(() => {
    const heard: number[] = [];
    loss(logits(), ints([0, 2, -1]), 2, accuracy => heard.push(accuracy.dataSync()[0] ?? Number.NaN));
    expect(heard).toEqual([0.5]);
  });
});
