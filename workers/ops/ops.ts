/**
 * @file Every tensor operation a network consists of. Each tfjs op is one GPU dispatch and 30–100 µs of JavaScript,
 * so these few functions spend as few as they can. Each is written in plain tfjs ops; on WebGPU a fused kernel that
 * computes the same takes its place (`byBackend`).
 */
import * as tf from '@tensorflow/tfjs';
import { byBackend, FUSED } from '../gpu/fusedNames';
import {
  fusedBatchNormRelu,
  fusedConvBatchNormRelu,
  fusedDropout,
  fusedGlobalAverage,
  fusedMaxPool,
  fusedResidualTail,
} from '../gpu/fusedOps';
import { dropoutFactor } from '../gpu/kernels/map/dropout';
import type { Pass, Statistic } from './pass';

/** What `tf.customGrad` hands its function last: keeps tensors for the gradient. */
export type Save = (tensors: tf.Tensor[]) => void;

export type Padding = 'same' | 'valid';

/** ε under the root of batch norm's deviation, as in the public code. */
export const batchNormEpsilon = 1e-3;

/** The moving statistics of one batch norm, to be updated. */
export interface Moving {
  mean: Statistic;
  variance: Statistic;
  decay: number;
  onMoments(mean: tf.Tensor1D, variance: tf.Tensor1D): void;
}

/** Everything but the channels. */
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
      // The batch norm kernel is (input − mean)/s · scale: once for x̂·mean(g·x̂), once for the whole.
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

/**
 * ReLU(batch norm(y)) in training, with β and without γ: y `[batch, height, width, channels]`, beta `[channels]`.
 * On WebGPU the kernel updates the moving statistics; elsewhere `onMoments` receives the batch's mean and biased variance
 * inside the op: it must `tf.keep` what it wants to have later, and then owns it.
 *
 * Gradient, with g = dz where z > 0 and 0 elsewhere, x̂ = (y − μ)/s, s = √(variance + ε):
 * dβ = Σ g and dy = (g − mean(g) − x̂·mean(g·x̂))/s (Ioffe and Szegedy, 2015). Where g ≠ 0, x̂ = z − β, so
 * mean(g·x̂) = mean(dz·z) − β·mean(g) needs neither y nor x̂.
 */
export const batchNormRelu = byBackend(
  FUSED.batchNormRelu,
  (y: tf.Tensor4D, beta: tf.Tensor1D, moving: Moving | null) =>
    fusedBatchNormRelu(
      y,
      beta,
      batchNormEpsilon,
      moving && { mean: moving.mean.variable, variance: moving.variance.variable, decay: moving.decay },
    ),
  (y, beta, moving) => composedBatchNormRelu(y, beta, (mean, variance) => moving?.onMoments(mean, variance)),
);

/** The same after a convolution by the moving statistics, at inference. */
const convBatchNormReluInference = byBackend(
  FUSED.convBatchNormRelu,
  (
    x: tf.Tensor4D,
    kernel: tf.Tensor4D,
    norm: { beta: tf.Tensor1D; mean: tf.Tensor1D; variance: tf.Tensor1D },
    stride: number,
    padding: Padding,
  ) => fusedConvBatchNormRelu(x, kernel, norm, { stride, padding, epsilon: batchNormEpsilon }),
  (x, kernel, { beta, mean, variance }, stride, padding) => {
    const y = tf.conv2d(x, kernel, stride, padding);
    return tf.relu(tf.batchNorm4d(y, mean, variance, beta, undefined, batchNormEpsilon));
  },
);

/** The variables of one convolution with batch norm. */
export interface ConvBatchNorm {
  /** `[height, width, inputs, outputs]`. */
  kernel: tf.Tensor4D;
  /** `[outputs]`. */
  beta: tf.Tensor1D;
  mean: Statistic;
  variance: Statistic;
}

/**
 * ReLU(batch norm(x ∗ kernel)), x `[batch, height, width, inputs]`. Training takes the batch's moments; otherwise the
 * moving statistics are used.
 */
export function convBatchNormRelu(
  x: tf.Tensor4D,
  { kernel, beta, mean, variance }: ConvBatchNorm,
  stride: number,
  padding: Padding,
  pass: Pass,
): tf.Tensor4D {
  if (!pass.training) {
    const moments = { mean: mean.variable as tf.Tensor1D, variance: variance.variable as tf.Tensor1D };
    return convBatchNormReluInference(x, kernel, { beta, ...moments }, stride, padding);
  }
  const y = tf.conv2d(x, kernel, stride, padding);
  const { batchNormDecay: decay } = pass;
  const onMoments: Moving['onMoments'] = (...moments) => pass.onMoments(mean, variance, ...moments);
  return batchNormRelu(y, beta, decay === null ? null : { mean, variance, decay, onMoments });
}

function composedResidualTail(
  x: tf.Tensor4D,
  mixed: tf.Tensor4D,
  kernel: tf.Tensor4D,
  bias: tf.Tensor1D,
  scale: number,
  activation: boolean,
): tf.Tensor4D {
  const up = tf.fused.conv2d({ x: mixed, filter: kernel, strides: 1, pad: 'same', bias });
  const sum = tf.add<tf.Tensor4D>(x, scale === 1 ? up : tf.mul(up, scale));
  return activation ? tf.relu(sum) : sum;
}

/**
 * A residual block's end: x + scale · (mixed ∗ kernel + bias), then ReLU unless `activation` is false.
 * x `[batch, height, width, channels]`, mixed `[batch, height, width, inputs]`, kernel `[1, 1, inputs, channels]`.
 */
export const residualTail = byBackend(FUSED.residualTail, fusedResidualTail, composedResidualTail);

/** 3×3 maximum, stride 2. */
export const maxPool = byBackend(FUSED.maxPool, fusedMaxPool, (x: tf.Tensor4D, padding: Padding) =>
  tf.maxPool(x, 3, 2, padding),
);

/** `[batch, height, width, channels]` → `[batch, channels]`. As a pooling it costs one dispatch each way; as a mean, five. */
export const globalAveragePool = byBackend(FUSED.globalAverage, fusedGlobalAverage, (x: tf.Tensor4D) => {
  const [batch, height, width, channels] = x.shape;
  return tf.reshape<tf.Rank.R2>(tf.avgPool(x, [height, width], 1, 'valid'), [batch, channels]);
});

/** Inverted dropout of `[batch, features]` by `dropoutDraw`'s words `[3]` int32: a hash, so that every backend draws the same. */
export const dropout = byBackend(
  FUSED.dropout,
  fusedDropout,
  (features: tf.Tensor2D, words: tf.Tensor1D): tf.Tensor2D => {
    // Still in memory: nothing has moved the words to a GPU.
    const own = Int32Array.from(words.dataSync());
    const mask = Float32Array.from({ length: features.size }, (_, i) => dropoutFactor(own, i));
    return tf.mul(features, tf.tensor2d(mask, features.shape));
  },
);

/** features `[batch, inputs]` · kernel `[inputs, outputs]` + bias `[outputs]`. */
export function dense(features: tf.Tensor2D, kernel: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor2D {
  return tf.fused.matMul({ a: features, b: kernel, bias }) as tf.Tensor2D;
}
