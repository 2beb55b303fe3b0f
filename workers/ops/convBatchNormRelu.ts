/** @file A convolution with batch norm and ReLU: the unit that every network here is built of. */
import { FUSED, runFused } from '../gpu/fusedNames';
import * as tf from '../tf/tf';
import { batchNormEpsilon, batchNormRelu, type Moving } from './batchNormRelu';
import { byBackend } from './byBackend';
import type { Pass, Statistic } from './pass';

export type Padding = 'same' | 'valid';

/** The same at inference, by the moving statistics. It has no gradient. */
const inference = byBackend(FUSED.convBatchNormRelu, {
  fused: (
    x: tf.Tensor4D,
    filter: tf.Tensor4D,
    norm: { beta: tf.Tensor1D; mean: tf.Tensor1D; variance: tf.Tensor1D },
    stride: number,
    padding: Padding,
  ) => {
    const attrs = { stride, padding, epsilon: batchNormEpsilon };
    const [z] = runFused(FUSED.convBatchNormRelu, { x, filter, ...norm }, attrs);
    return z as tf.Tensor4D;
  },
  composed: (x, kernel, { beta, mean, variance }, stride, padding) => {
    const y = tf.conv2d(x, kernel, stride, padding);
    return tf.relu(tf.batchNorm4d(y, mean, variance, beta, undefined, batchNormEpsilon));
  },
});

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
    return inference(x, kernel, { beta, ...moments }, stride, padding);
  }
  const y = tf.conv2d(x, kernel, stride, padding);
  const { batchNormDecay: decay } = pass;
  const onMoments: Moving['onMoments'] = (...moments) => pass.onMoments(mean, variance, ...moments);
  return batchNormRelu(y, beta, decay === null ? null : { mean, variance, decay, onMoments });
}
