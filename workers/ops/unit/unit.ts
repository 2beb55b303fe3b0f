/**
 * @file What the dynamic-weight unit computes: its forward pass (`unitForward.ts`), the gradient of its
 * own loss (`unitL3Gradient.ts`) and its step (`unitMove.ts`).
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
import { tinySquare } from '../../gpu/kernels/unit/unitShape';
import * as tf from '../../tf/tf';

/** The same for the forward pass and every gradient of a run. */
export interface UnitSettings {
  normaliseZ: boolean;
  normaliseLogits: boolean;
  logitScale: number;
  /** The first task that has a row; those before it have weight 0. */
  firstTask: number;
}

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

/** 1 / length of each row of `[batch, n]`: `[batch, 1]`. */
export function inverseLength(rows: tf.Tensor2D): tf.Tensor2D {
  return tf.rsqrt(tf.add(tf.sum(tf.square(rows), 1, true), tinySquare));
}

/** The tasks' presence where they have a row: `[rows]` of `[tasks]`. */
export const presenceOfRows = (present: tf.Tensor1D, firstTask: number): tf.Tensor1D =>
  firstTask > 0 ? tf.slice(present, firstTask) : present;
