/** @file Eq. 1: the total loss Σ w_i·L_i, and a way to compute w without a gradient. */
import * as tf from '@tensorflow/tfjs';

/** Σ w_i·L_i. `losses`: one scalar a task; `weights`: `[tasks]`. Differentiable in both. */
export function weightedSum(losses: readonly tf.Scalar[], weights: tf.Tensor1D): tf.Scalar {
  return tf.sum(tf.mul(tf.stack([...losses]), weights));
}

/**
 * Runs `compute` off the tape: its result is a constant to every gradient. tfjs has no stopGradient; a custom-gradient
 * op without inputs records nothing and, unlike a zero gradient, costs no backward pass.
 */
export function constant<T extends tf.Tensor>(compute: () => T): T {
  return tf.customGrad(() => ({ value: compute(), gradFunc: () => [] }))() as T;
}
