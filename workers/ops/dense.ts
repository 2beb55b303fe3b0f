/** @file A dense layer. tfjs's product is one dispatch on every backend; on WebGPU our own kernel takes its place in the registry. */
import * as tf from '../tf/tf';

/** features `[batch, inputs]` · kernel `[inputs, outputs]` + bias `[outputs]`. */
export function dense(features: tf.Tensor2D, kernel: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor2D {
  return tf.fused.matMul({ a: features, b: kernel, bias }) as tf.Tensor2D;
}
