import { beforeAll, expect, test } from 'vitest';
import * as tf from '../../../workers/tf/tf';
import { naive } from '../../../workers/weighting/naive';
import { expectClose } from '../../fixtures/expectClose';
import { contextOf, liveOf, normals, stepLosses, totalOf, weightsOf, zSize } from './fixture';

beforeAll(() => tf.setBackend('cpu'));

const losses = [4.8, 1.9];
const options = { 'unit.init': 'xavier' };

/** Σ w_i·L_i of one sample batch, as a plain number of a plain array. */
function totalAt(weighting: ReturnType<typeof naive.create>, z: tf.Tensor2D): number {
  return weightsOf(weighting, z, 2).reduce((sum, w, i) => sum + w * (losses[i] ?? 0), 0);
}

/** The same sum as a tensor, with its gradients. */
function sumOf(weighting: ReturnType<typeof naive.create>, z: tf.Tensor2D): tf.Scalar {
  const step = stepLosses(weighting, z, losses);
  return totalOf(weighting, step.losses, weighting.weigh(step));
}

test('the gradient of the total loss reaches Z, ψ and b, and equals finite differences', () => {
  const weighting = naive.create(contextOf(2, options));
  const z = normals([3, zSize], 'z');
  const total = (x: tf.Tensor) => sumOf(weighting, x as tf.Tensor2D);

  // float32 sums near 3 carry about 2e-7; over 2h = 0.02 that is 1e-5, and the h² term is smaller still.
  const h = 0.01;
  const differences = (values: Float32Array, at: (changed: Float32Array) => number) =>
    Array.from(values, (v, i) => {
      const moved = (by: number) => at(values.map((w, j) => (i === j ? v + by : w)));
      return (moved(h) - moved(-h)) / (2 * h);
    });

  const zValues = Float32Array.from(z.dataSync());
  const byZ = differences(zValues, changed => totalAt(weighting, tf.tensor2d(changed, z.shape)));
  const gradient = tf.grad(total)(z).dataSync();
  expectClose(gradient, byZ, 1e-4);
  expect(Math.max(...gradient.map(Math.abs))).toBeGreaterThan(0.01);

  const { grads } = tf.variableGrads(() => total(z) as tf.Scalar, [...weighting.trainedByTotal]);
  for (const variable of weighting.trainedByTotal) {
    const values = Float32Array.from(variable.dataSync());
    const expected = differences(values, changed => {
      variable.assign(tf.tensor(changed, variable.shape));
      return totalAt(weighting, z);
    });
    variable.assign(tf.tensor(values, variable.shape));
    expectClose(grads[variable.name]?.dataSync() ?? [], expected, 1e-4);
  }
});

test('the easy task takes the weight', () => {
  const weighting = naive.create(contextOf(2));
  const z = normals([3, zSize], 'z');
  for (let i = 0; i < 20; i++)
    tf.tidy(() => {
      const { grads } = tf.variableGrads(() => sumOf(weighting, z), [...weighting.trainedByTotal]);
      weighting.update({
        losses: losses.map(l => tf.scalar(l)),
        present: tf.ones([2]),
        z,
        kept: [],
        gradients: weighting.trainedByTotal.map(v => grads[v.name] ?? tf.zerosLike(v)),
        live: liveOf(weighting),
      });
    });
  expect(weightsOf(weighting, z, 2)[1]).toBeGreaterThan(0.9);
});

test('starts where the proposed strategy starts, and refuses a step without its gradients', () => {
  const weighting = naive.create(contextOf(3));
  const z = normals([3, zSize], 'z');
  expectClose(weightsOf(weighting, z, 3), [1 / 3, 1 / 3, 1 / 3], 1e-7);
  expect(() =>
    weighting.update({
      losses: [],
      present: tf.ones([3]),
      z,
      kept: [],
      gradients: [],
      live: liveOf(weighting),
    }),
  ).toThrow(/received 0/);
});
