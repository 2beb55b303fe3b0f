/**
 * @file Activation checkpointing (T. Chen, B. Xu, C. Zhang, C. Guestrin: Training Deep Nets with Sublinear Memory Cost,
 * 2016). Only the input of a segment stays in memory until the backward pass, which runs the segment once more.
 */
import * as tf from '../tf/tf';
import { onOwnTape, type Save } from './tape';

/**
 * `forward(x)` as one op that keeps nothing but x.
 * @param variables all that `forward` trains.
 * @param forward called once more for the gradient, with `again` set: it must compute the same and report nothing.
 * @param differentiable whether anybody wants the gradient by x. Nobody wants it by the images.
 */
export function recomputed(
  x: tf.Tensor4D,
  variables: readonly tf.Variable[],
  forward: (x: tf.Tensor4D, again: boolean) => tf.Tensor4D,
  differentiable: boolean,
): tf.Tensor4D {
  const inputs = differentiable ? [x, ...variables] : variables;
  const op = tf.customGrad((...given) => {
    const save = given.at(-1) as Save;
    save([x]);
    const gradFunc = (dz: tf.Tensor, saved: tf.Tensor[]) => {
      const [again] = saved as [tf.Tensor4D];
      const by = differentiable ? [again, ...variables] : [...variables];
      return tf.tidy(() => onOwnTape(() => tf.engine().gradients(() => forward(again, true), by, dz)).grads);
    };
    return { value: forward(x, false), gradFunc };
  });
  return op(...inputs) as tf.Tensor4D;
}
