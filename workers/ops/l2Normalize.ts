/** @file Divides each row by its length. The embedding that verification compares is made so. */
import { FUSED, runFused } from '../gpu/fusedNames';
import * as tf from '../tf/tf';
import { byBackend } from './byBackend';
import type { Save } from './tape';

/** Keeps the norm of a zero vector away from 0. It makes a vector of length 1e-3 too short by 5e-5 of it, one of length 1 by nothing. */
const normEpsilon = 1e-10;

function composedNormaliseRows(x: tf.Tensor2D): tf.Tensor2D {
  const op = tf.customGrad((...inputs) => {
    const [x, save] = inputs as [tf.Tensor2D, Save];
    const inverse = tf.rsqrt(tf.add(tf.sum(tf.square(x), 1, true), normEpsilon));
    const value = tf.mul<tf.Tensor2D>(x, inverse);
    save([value, inverse]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [y, inverse] = saved as [tf.Tensor2D, tf.Tensor2D];
      return tf.mul(tf.sub(dy, tf.mul(y, tf.sum(tf.mul(dy, y), 1, true))), inverse);
    };
    return { value, gradFunc };
  });
  return op(x) as tf.Tensor2D;
}

function fusedNormaliseRows(x: tf.Tensor2D): tf.Tensor2D {
  const op = tf.customGrad((...inputs) => {
    const [x, save] = inputs as [tf.Tensor2D, Save];
    const [value, inverse] = runFused(FUSED.normaliseRows, { x }, { epsilon: normEpsilon }) as [
      tf.Tensor2D,
      tf.Tensor1D,
    ];
    save([value, inverse]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [y, inverse] = saved as [tf.Tensor2D, tf.Tensor1D];
      return runFused(FUSED.normaliseRowsGradient, { dy, y, inverse }, { epsilon: normEpsilon });
    };
    return { value, gradFunc };
  });
  return op(x) as tf.Tensor2D;
}

/**
 * Rows of unit length: x / √(‖x‖² + ε), `[rows, features]`. A zero row gives zeros and a finite gradient,
 * where x / ‖x‖ would give NaN. dx = (dy − y·⟨dy, y⟩) / √(‖x‖² + ε).
 */
export const l2Normalize = byBackend(FUSED.normaliseRows, {
  fused: fusedNormaliseRows,
  composed: composedNormaliseRows,
});
