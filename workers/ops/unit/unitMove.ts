/** @file One gradient step of the dynamic-weight unit. */
import { FUSED, runFused } from '../../gpu/fusedNames';
import { tinySquare } from '../../gpu/kernels/unit/unitShape';
import * as tf from '../../tf/tf';
import { byBackend } from '../byBackend';
import { presenceOfRows, type UnitGradient } from './unit';

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

function squaredLength({ psi, b }: UnitGradient): tf.Scalar {
  return tf.add(tf.sum<tf.Scalar>(tf.square(psi)), tf.sum<tf.Scalar>(tf.square(b)));
}

function composedMove(
  { psi, b }: { psi: tf.Variable<tf.Rank.R2>; b: tf.Variable<tf.Rank.R1> },
  gradient: UnitGradient,
  longest: tf.Scalar,
  present: tf.Tensor1D,
  { weightDecay, clipNorm, rescale, firstTask }: StepOptions,
): void {
  const shown = tf.reshape(presenceOfRows(present, firstTask), [-1, 1]);
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

/** Tensors that share the data of ψ and b change with them. */
function fusedUnitMove(
  unit: { psi: tf.Tensor2D; b: tf.Tensor1D },
  gradient: { psi: tf.Tensor2D; b: tf.Tensor1D },
  longest: tf.Scalar,
  present: tf.Tensor1D,
  how: StepOptions,
): void {
  const inputs = { psi: unit.psi, b: unit.b, dpsi: gradient.psi, db: gradient.b, longest, present };
  runFused(FUSED.unitMove, inputs, { ...how });
}

/** One clipped gradient step of (ψ, b). `longest`: the rate; where steps are clipped, times the clip norm. */
export const moveUnit = byBackend(FUSED.unitMove, { fused: fusedUnitMove, composed: composedMove });
