/**
 * @file RMSprop with momentum, as TensorFlow 1 writes it (the public code's optimizer):
 * s ← ρ·s + (1 − ρ)·g², m ← μ·m + rate·g/√(s + ε), v ← v − m. ε is inside the root and s starts at 1, so with ε = 1
 * the first steps divide by about √2 and small gradients stay small.
 */
import * as tf from '@tensorflow/tfjs';
import { type OptimizerEntry, packedOptimizer } from './packed';

export const rmsprop: OptimizerEntry = {
  label: 'RMSprop with momentum',
  create: (parameters, hyper) =>
    packedOptimizer(parameters, hyper, {
      fused: 'rmsprop',
      slots: { momentum: 0, meanSquare: 1 },
      step(gradient, { meanSquare, momentum }, learningRate) {
        const square = tf.add<tf.Tensor1D>(
          tf.mul(meanSquare, hyper.rmsDecay),
          tf.mul(tf.square(gradient), 1 - hyper.rmsDecay),
        );
        const scaled = tf.mul(gradient, tf.rsqrt(tf.add(square, hyper.epsilon)));
        const next = tf.add<tf.Tensor1D>(tf.mul(momentum, hyper.momentum), tf.mul(scaled, learningRate));
        return { slots: { meanSquare: square, momentum: next }, change: next };
      },
    }),
};
