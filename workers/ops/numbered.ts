/** @file Kernels take a list of tensors as inputs of one name with numbers behind it. */
import type * as tf from '../tf/tf';

/** `loss0`, `loss1`, … */
export const numbered = (name: string, tensors: readonly tf.Tensor[]): tf.NamedTensorMap =>
  Object.fromEntries(tensors.map((tensor, i) => [`${name}${i}`, tensor]));
