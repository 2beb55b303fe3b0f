/** @file Batch norm with β and without γ, followed by ReLU, as training computes it. */
import { FUSED, runFused } from '../gpu/fusedNames';
import * as tf from '../tf/tf';
import { byBackend } from './byBackend';
import type { Statistic } from './pass';
import type { Save } from './tape';

/** ε under the root of batch norm's deviation, as in the public code. */
export const batchNormEpsilon = 1e-3;

/** The moving statistics of one batch norm, to be updated. */
export interface Moving {
  mean: Statistic;
  variance: Statistic;
  decay: number;
  onMoments(mean: tf.Tensor1D, variance: tf.Tensor1D): void;
}

/** The axes that batch norm averages over: everything but the channels. */
const spatial = [0, 1, 2];

function composedBatchNormRelu(
  y: tf.Tensor4D,
  beta: tf.Tensor1D,
  onMoments: (mean: tf.Tensor1D, variance: tf.Tensor1D) => void,
): tf.Tensor4D {
  const op = tf.customGrad((...inputs) => {
    const [y, beta, save] = inputs as [tf.Tensor4D, tf.Tensor1D, Save];
    const mean = tf.mean<tf.Tensor1D>(y, spatial);
    const variance = tf.mean<tf.Tensor1D>(tf.squaredDifference(y, mean), spatial);
    onMoments(mean, variance);
    const value = tf.relu(tf.batchNorm4d(y, mean, variance, beta, undefined, batchNormEpsilon));
    save([y, beta, mean, variance, value]);
    const gradFunc = (dz: tf.Tensor, saved: tf.Tensor[]) => {
      const [y, beta, mean, variance, z] = saved as [
        tf.Tensor4D,
        tf.Tensor1D,
        tf.Tensor1D,
        tf.Tensor1D,
        tf.Tensor4D,
      ];
      const g = tf.mul<tf.Tensor4D>(dz, tf.step(z));
      const meanG = tf.mean<tf.Tensor1D>(g, spatial);
      const meanGx = tf.sub<tf.Tensor1D>(tf.mean(tf.mul(dz, z), spatial), tf.mul(beta, meanG));
      // The batch norm kernel computes (input − mean)/s · scale. It serves twice: for x̂·mean(g·x̂), and for the whole.
      const projection = tf.batchNorm4d(y, mean, variance, undefined, meanGx, batchNormEpsilon);
      const dy = tf.batchNorm4d(
        tf.sub(g, projection),
        meanG,
        variance,
        undefined,
        undefined,
        batchNormEpsilon,
      );
      return [dy, tf.mul(meanG, y.size / mean.size)];
    };
    return { value, gradFunc };
  });
  return op(y, beta) as tf.Tensor4D;
}

/** Its gradient needs y and the moments. It does not need z, so z is not kept. */
function fusedBatchNormRelu(y: tf.Tensor4D, beta: tf.Tensor1D, moving: Moving | null): tf.Tensor4D {
  const op = tf.customGrad((...inputs) => {
    const [y, beta, save] = inputs as [tf.Tensor4D, tf.Tensor1D, Save];
    const [value, mean, variance] = runFused(
      FUSED.batchNormRelu,
      {
        ...{ y, beta },
        ...(moving ? { movingMean: moving.mean.variable, movingVariance: moving.variance.variable } : {}),
      },
      { epsilon: batchNormEpsilon, ...(moving ? { decay: moving.decay } : {}) },
    ) as [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D];
    save([y, beta, mean, variance]);
    const gradFunc = (dz: tf.Tensor, saved: tf.Tensor[]) => {
      const [y, beta, mean, variance] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
      return runFused(
        FUSED.batchNormReluGradient,
        { dz, y, beta, mean, variance },
        { epsilon: batchNormEpsilon },
      );
    };
    return { value, gradFunc };
  });
  return op(y, beta) as tf.Tensor4D;
}

/**
 * ReLU(batch norm(y)) in training, with β and without γ: y `[batch, height, width, channels]`, beta `[channels]`.
 * On WebGPU and WebAssembly the kernel updates the moving statistics. Elsewhere `onMoments` receives the batch's mean and biased variance
 * inside the op; it must `tf.keep` what it wants to have later, and then it owns that.
 *
 * Gradient, with g = dz where z > 0 and 0 elsewhere, x̂ = (y − μ)/s, s = √(variance + ε):
 * dβ = Σ g and dy = (g − mean(g) − x̂·mean(g·x̂))/s (Ioffe and Szegedy, 2015). Where g ≠ 0, x̂ = z − β, so
 * mean(g·x̂) = mean(dz·z) − β·mean(g) needs neither y nor x̂.
 */
export const batchNormRelu = byBackend(FUSED.batchNormRelu, {
  fused: fusedBatchNormRelu,
  composed: (y: tf.Tensor4D, beta: tf.Tensor1D, moving: Moving | null) =>
    composedBatchNormRelu(y, beta, (mean, variance) => moving?.onMoments(mean, variance)),
});
