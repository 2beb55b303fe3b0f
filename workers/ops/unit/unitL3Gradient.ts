/** @file The gradient of the unit's own loss L3 (eq. 7–9), written out, because L3 is no part of the total and no tape records it. */
import { FUSED, runFused } from '../../gpu/fusedNames';
import * as tf from '../../tf/tf';
import { byBackend } from '../byBackend';
import { numbered } from '../numbered';
import { inverseLength, presenceOfRows, type UnitGradient, type UnitSettings } from './unit';

/** What L3 is made of. To its gradient all of it is constant. */
export interface L3 {
  /** One scalar a task that has a row; 0 where `present` is 0. */
  losses: readonly tf.Scalar[];
  /** `[tasks]`. */
  present: tf.Tensor1D;
  sigma: tf.Scalar;
  formula: 'true' | 'printed';
}

function composedL3Gradient(
  kept: readonly tf.Tensor[],
  z: tf.Tensor2D,
  { losses, present, sigma, formula }: L3,
  { normaliseLogits, logitScale, firstTask }: UnitSettings,
): UnitGradient {
  const [input, logits, shares] = kept as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
  const shown = presenceOfRows(present, firstTask);
  // An absent task's loss is 0: with σ = 0 its term would be infinite, and 0 · ∞ is NaN. So it counts as 1.
  const divisors = tf.add(tf.add(tf.stack([...losses]), tf.sub(1, shown)), sigma);
  const inverse = tf.mul(tf.div<tf.Tensor1D>(1 / z.shape[0], divisors), shown);

  const terms = tf.mul<tf.Tensor2D>(shares, inverse);
  // p(r − Σpr) = pr − p·Σpr and p(1 − p)r = pr − p·pr.
  const minus = formula === 'true' ? tf.sum<tf.Tensor2D>(terms, 1, true) : terms;
  let slopes = tf.sub<tf.Tensor2D>(terms, tf.mul(shares, minus));
  if (normaliseLogits) {
    // d(s·f/‖f‖) = s/‖f‖ · (1 − f̂ f̂ᵀ) df: orthogonal to f.
    const length = inverseLength(logits);
    const unit = tf.mul<tf.Tensor2D>(logits, length);
    const along = tf.sum(tf.mul(unit, slopes), 1, true);
    slopes = tf.mul(tf.sub(slopes, tf.mul(unit, along)), tf.mul(length, logitScale));
  }
  return { psi: tf.matMul(slopes, input, true), b: tf.sum(slopes, 0) };
}

function fusedL3Gradient(records: tf.Tensor2D, z: tf.Tensor2D, l3: L3, settings: UnitSettings): UnitGradient {
  const { losses, present, sigma, formula } = l3;
  const inputs = { z, records, present, sigma, ...numbered('loss', losses) };
  const [psi, b] = runFused(FUSED.unitL3Gradient, inputs, { ...settings, formula });
  return { psi: psi as tf.Tensor2D, b: b as tf.Tensor1D };
}

/** ∂L3/∂Ψ from what the forward pass on `z` kept. */
export const l3Gradient = byBackend<Parameters<typeof composedL3Gradient>, UnitGradient>(
  FUSED.unitL3Gradient,
  {
    fused: ([records], ...rest) => fusedL3Gradient(records as tf.Tensor2D, ...rest),
    composed: composedL3Gradient,
  },
);
