/** @file The dynamic-weight unit's forward pass: from Z to the task weights. */
import { FUSED, runFused } from '../../gpu/fusedNames';
import * as tf from '../../tf/tf';
import { byBackend } from '../byBackend';
import { inverseLength, presenceOfRows, type UnitPass, type UnitSettings } from './unit';

function composedForward(
  z: tf.Tensor2D,
  psi: tf.Tensor2D,
  b: tf.Tensor1D,
  present: tf.Tensor1D,
  { normaliseZ, normaliseLogits, logitScale, firstTask }: UnitSettings,
): UnitPass {
  const input = normaliseZ ? tf.mul<tf.Tensor2D>(z, inverseLength(z)) : z;
  const shown = tf.reshape<tf.Rank.R2>(presenceOfRows(present, firstTask), [1, -1]);
  const all = tf.fused.matMul({ a: input, b: psi, transposeB: true, bias: b }) as tf.Tensor2D;
  const logits = tf.mul<tf.Tensor2D>(all, shown);
  const seen = normaliseLogits
    ? tf.mul<tf.Tensor2D>(logits, tf.mul(inverseLength(logits), logitScale))
    : logits;
  // An absent task's logit is moved far below the others, so that its exponential is 0. Where all are absent, the product
  // makes all shares 0.
  const below = tf.mul(tf.sub(1, shown), 1e30);
  const shares = tf.mul<tf.Tensor2D>(tf.softmax(tf.sub(seen, below)), shown);
  const mean = tf.mean<tf.Tensor1D>(shares, 0);
  const divided = normaliseLogits ? logits : normaliseZ ? z : null;
  return {
    weights: firstTask > 0 ? tf.pad1d(mean, [firstTask, 0]) : mean,
    shortest: divided ? tf.min<tf.Scalar>(tf.sum(tf.square(divided), 1)) : tf.scalar(1),
    kept: [input, logits, shares],
  };
}

/** Keeps the records of `kernels/unit/unitShape.ts`. Its gradient is in tfjs's registry: `gpu/tfjs/weightUnit.ts`. */
function fusedUnitForward(
  z: tf.Tensor2D,
  psi: tf.Tensor2D,
  b: tf.Tensor1D,
  present: tf.Tensor1D,
  settings: UnitSettings,
): UnitPass {
  const [weights, shortest, records] = runFused(FUSED.unitForward, { z, psi, b, present }, { ...settings });
  return {
    weights: weights as tf.Tensor1D,
    shortest: shortest as tf.Scalar,
    kept: [records as tf.Tensor2D],
  };
}

/** z `[batch, zSize]`, ψ `[rows, zSize]`, b `[rows]`, present `[tasks]`. The weights are differentiable in all three. */
export const unitForward = byBackend<Parameters<typeof composedForward>, UnitPass>(FUSED.unitForward, {
  fused: fusedUnitForward,
  composed: composedForward,
});
