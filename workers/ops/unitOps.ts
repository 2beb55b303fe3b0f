/**
 * @file What the dynamic-weight unit computes, in plain tfjs ops; on WebGPU a few kernels of our own do the same.
 *
 *   f = ψ·Z + b      w = mean over the batch of softmax(f)      L3 = Σ w_i / (L_i + σ)
 *
 * The gradient of L3 is written out: with p = softmax(f) of one sample and r_i = 1 / (L_i + σ), the batch mean gives
 *
 *   true          ∂L3/∂f_i = p_i (r_i − Σ_j p_j r_j) / batch
 *   as printed    ∂L3/∂f_i = p_i (1 − p_i) r_i / batch        eq. 8–9, without the cross terms
 *
 * All of it runs over the tasks that the batch has a sample of: an absent one has weight 0 and no term in L3, gets no
 * gradient and does not decay, so that it keeps its logit.
 */
import * as tf from '@tensorflow/tfjs';
import { byBackend, FUSED } from '../gpu/fusedNames';
import { fusedL3Gradient, fusedUnitForward, fusedUnitMove, type UnitSettings } from '../gpu/fusedUnit';
import { tinySquare } from '../gpu/kernels/unit/unitShape';

export type { UnitSettings };

/** What one forward pass computed. */
export interface UnitPass {
  /** Mean of the samples' softmax, with a 0 for each task that has no row or is absent: `[tasks]`, sums to 1. */
  weights: tf.Tensor1D;
  /** Squared length of the shortest row that was divided by its length; 1 where none was. */
  shortest: tf.Scalar;
  /** What the gradient of L3 wants, as the backend that ran the pass keeps it. */
  kept: readonly tf.Tensor[];
}

export interface UnitGradient {
  psi: tf.Tensor2D;
  b: tf.Tensor1D;
}

/** What L3 is made of; all of it constants. */
export interface L3 {
  /** One scalar a task that has a row; 0 where `present` is 0. */
  losses: readonly tf.Scalar[];
  /** `[tasks]`. */
  present: tf.Tensor1D;
  sigma: tf.Scalar;
  formula: 'true' | 'printed';
}

export interface StepOptions {
  /** On ψ: kernels decay, biases do not (METHOD section 2). */
  weightDecay: number;
  /** Longest gradient that is not clipped; 0 = no clipping. */
  clipNorm: number;
  /** Back to length 1 after the step. */
  rescale: boolean;
  /** As in `UnitSettings`. */
  firstTask: number;
}

/** 1 / length of each row of `[batch, n]`: `[batch, 1]`. */
function inverseLength(rows: tf.Tensor2D): tf.Tensor2D {
  return tf.rsqrt(tf.add(tf.sum(tf.square(rows), 1, true), tinySquare));
}

function squaredLength({ psi, b }: UnitGradient): tf.Scalar {
  return tf.add(tf.sum<tf.Scalar>(tf.square(psi)), tf.sum<tf.Scalar>(tf.square(b)));
}

function composedForward(
  z: tf.Tensor2D,
  psi: tf.Tensor2D,
  b: tf.Tensor1D,
  present: tf.Tensor1D,
  { normaliseZ, normaliseLogits, logitScale, firstTask }: UnitSettings,
): UnitPass {
  const input = normaliseZ ? tf.mul<tf.Tensor2D>(z, inverseLength(z)) : z;
  const shown = tf.reshape<tf.Rank.R2>(firstTask > 0 ? tf.slice(present, firstTask) : present, [1, -1]);
  const all = tf.fused.matMul({ a: input, b: psi, transposeB: true, bias: b }) as tf.Tensor2D;
  const logits = tf.mul<tf.Tensor2D>(all, shown);
  const seen = normaliseLogits
    ? tf.mul<tf.Tensor2D>(logits, tf.mul(inverseLength(logits), logitScale))
    : logits;
  // Far below any logit, an absent task's exponential is 0; where all are absent, so are all shares.
  const below = tf.mul(tf.sub(1, shown), 1e30);
  const shares = tf.mul<tf.Tensor2D>(tf.softmax(tf.sub(seen, below)), shown);
  const mean = tf.mean<tf.Tensor1D>(shares, 0);
  const divided = normaliseLogits ? logits : normaliseZ ? z : null;
  return {
    weights: firstTask > 0 ? mean.pad([[firstTask, 0]]) : mean,
    shortest: divided ? tf.min<tf.Scalar>(tf.sum(tf.square(divided), 1)) : tf.scalar(1),
    kept: [input, logits, shares],
  };
}

/** z `[batch, zSize]`, ψ `[rows, zSize]`, b `[rows]`, present `[tasks]`. The weights are differentiable in all three. */
export const unitForward = byBackend<Parameters<typeof composedForward>, UnitPass>(
  FUSED.unitForward,
  fusedUnitForward,
  composedForward,
);

function composedL3Gradient(
  kept: readonly tf.Tensor[],
  z: tf.Tensor2D,
  { losses, present, sigma, formula }: L3,
  { normaliseLogits, logitScale, firstTask }: UnitSettings,
): UnitGradient {
  const [input, logits, shares] = kept as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
  const shown = firstTask > 0 ? tf.slice(present, firstTask) : present;
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

/** ∂L3/∂Ψ from what the forward pass on `z` kept. */
export const l3Gradient = byBackend<Parameters<typeof composedL3Gradient>, UnitGradient>(
  FUSED.unitL3Gradient,
  ([records], ...rest) => fusedL3Gradient(records as tf.Tensor2D, ...rest),
  composedL3Gradient,
);

function composedMove(
  { psi, b }: { psi: tf.Variable<tf.Rank.R2>; b: tf.Variable<tf.Rank.R1> },
  gradient: UnitGradient,
  longest: tf.Scalar,
  present: tf.Tensor1D,
  { weightDecay, clipNorm, rescale, firstTask }: StepOptions,
): void {
  const shown = tf.reshape(firstTask > 0 ? tf.slice(present, firstTask) : present, [-1, 1]);
  const decay = tf.mul(tf.mul(psi, weightDecay), shown);
  const decayed = { psi: tf.add<tf.Tensor2D>(gradient.psi, decay), b: gradient.b };
  const step: tf.Scalar =
    clipNorm > 0 ? tf.div(longest, tf.maximum(tf.sqrt(squaredLength(decayed)), clipNorm)) : longest;
  let nextPsi = tf.sub<tf.Tensor2D>(psi, tf.mul(decayed.psi, step));
  let nextB = tf.sub<tf.Tensor1D>(b, tf.mul(decayed.b, step));
  if (rescale) {
    const inverse = tf.rsqrt(tf.add(squaredLength({ psi: nextPsi, b: nextB }), tinySquare));
    nextPsi = tf.mul(nextPsi, inverse);
    nextB = tf.mul(nextB, inverse);
  }
  psi.assign(nextPsi);
  b.assign(nextB);
}

/** One clipped gradient step of (ψ, b). `longest`: the rate; where steps are clipped, times the clip norm. */
export const moveUnit = byBackend(FUSED.unitMove, fusedUnitMove, composedMove);
