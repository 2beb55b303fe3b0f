/** @file The end of a residual block. */
import { FUSED, runFused } from '../gpu/fusedNames';
import * as tf from '../tf/tf';
import { byBackend } from './byBackend';
import type { Save } from './tape';

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

function fusedResidualTail(
  x: tf.Tensor4D,
  mixed: tf.Tensor4D,
  kernel: tf.Tensor4D,
  bias: tf.Tensor1D,
  scale: number,
  relu: boolean,
): tf.Tensor4D {
  const op = tf.customGrad((...inputs) => {
    const [x, mixed, kernel, bias, save] = inputs as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, Save];
    const [value] = runFused(FUSED.residualTail, { x, mixed, kernel, bias }, { scale, relu }) as [tf.Tensor];
    save(relu ? [mixed, kernel, value] : [mixed, kernel]);
    const gradFunc = (dz: tf.Tensor, saved: tf.Tensor[]) => {
      const [mixed, kernel, z] = saved as [tf.Tensor, tf.Tensor, tf.Tensor?];
      return runFused(FUSED.residualTailGradient, { dz, mixed, kernel, ...(z ? { z } : {}) }, { scale });
    };
    return { value, gradFunc };
  });
  return op(x, mixed, kernel, bias) as tf.Tensor4D;
}

/**
 * A residual block's end: x + scale · (mixed ∗ kernel + bias), then ReLU unless `activation` is false.
 * x `[batch, height, width, channels]`, mixed `[batch, height, width, inputs]`, kernel `[1, 1, inputs, channels]`.
 */
export const residualTail = byBackend(FUSED.residualTail, {
  fused: fusedResidualTail,
  composed: composedResidualTail,
});
