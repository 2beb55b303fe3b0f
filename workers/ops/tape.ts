/** @file What ops need of tfjs's tape: to save for a gradient, to take one in the middle of a computation, to be a constant. */
import * as tf from '../tf/tf';

/** What `tf.customGrad` hands its function last: keeps tensors for the gradient. */
export type Save = (tensors: tf.Tensor[]) => void;

/**
 * Runs `work`, which takes a gradient, apart from the tape that is being recorded, if one is. tfjs has one active tape: a
 * gradient taken within a gradient replaces it and then drops it, and what such a gradient computes would be recorded and
 * kept for a second derivative that nobody wants.
 */
export function onOwnTape<T>(work: () => T): T {
  const { state } = tf.engine();
  const { activeTape, gradientDepth } = state;
  state.gradientDepth = 0;
  try {
    return work();
  } finally {
    state.activeTape = activeTape;
    state.gradientDepth = gradientDepth;
  }
}

/**
 * A constant to every gradient, off the tape. tfjs has no stopGradient; a custom-gradient op without inputs records
 * nothing and, unlike a zero gradient, costs no backward pass.
 */
export const constant = <T extends tf.Tensor>(tensor: T): T =>
  tf.customGrad(() => ({ value: tensor.clone(), gradFunc: () => [] }))() as T;
