/** @file Eq. 1: the total loss Σ w_i·L_i. */
import { FUSED, runFused } from '../gpu/fusedNames';
import * as tf from '../tf/tf';
import { byBackend } from './byBackend';
import { numbered } from './numbered';
import { constant, type Save } from './tape';

function fusedWeightedSum(
  losses: readonly tf.Scalar[],
  weights: tf.Tensor1D,
  weightsMove: boolean,
): tf.Scalar {
  const attrs = { tasks: losses.length };
  const op = tf.customGrad((...inputs) => {
    const save = inputs.at(-1) as Save;
    const own = inputs.slice(0, losses.length) as tf.Scalar[];
    const [value] = runFused(FUSED.weightedSum, { weights, ...numbered('loss', own) }, attrs) as [tf.Scalar];
    save(weightsMove ? [weights, ...own] : [weights]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [weights, ...own] = saved as [tf.Tensor, ...tf.Tensor[]];
      return [
        ...runFused(FUSED.weightedSumGradient, { dy, weights }),
        ...(weightsMove
          ? runFused(FUSED.weightedSumWeightGradient, { dy, ...numbered('loss', own) }, attrs)
          : []),
      ];
    };
    return { value, gradFunc };
  });
  return op(...losses, ...(weightsMove ? [weights] : [])) as tf.Scalar;
}

/**
 * Σ w_i·L_i. `losses`: one scalar a task; `weights`: `[tasks]`. The losses get a gradient, and the weights where
 * `weightsMove` says so.
 */
export const weightedSum = byBackend(FUSED.weightedSum, {
  fused: fusedWeightedSum,
  composed: (losses, weights, weightsMove) =>
    tf.sum<tf.Scalar>(tf.mul(tf.stack([...losses]), weightsMove ? weights : constant(weights))),
});
