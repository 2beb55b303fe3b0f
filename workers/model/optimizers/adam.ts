/**
 * @file Adam (Kingma and Ba, 2015), as PyTorch writes it: m ← β1·m + (1 − β1)·g, s ← β2·s + (1 − β2)·g²,
 * v ← v − rate · (m / c1) / (√(s / c2) + ε), where c_i = 1 − β_i^t undoes that m and s start at 0. Decay is part of g.
 */
import * as tf from '@tensorflow/tfjs';
import { type OptimizerEntry, packedOptimizer } from './packed';

export const adam: OptimizerEntry = {
  label: 'Adam',
  create(parameters, { adam: { beta1, beta2, epsilon }, ...hyper }) {
    const own = { ...hyper, momentum: beta1, rmsDecay: beta2, epsilon };
    return packedOptimizer(parameters, own, {
      fused: 'adam',
      slots: { momentum: 0, meanSquare: 0 },
      corrected: true,
      step(gradient, { meanSquare, momentum }, learningRate, corrections) {
        const mean = tf.add<tf.Tensor1D>(tf.mul(momentum, beta1), tf.mul(gradient, 1 - beta1));
        const square = tf.add<tf.Tensor1D>(tf.mul(meanSquare, beta2), tf.mul(tf.square(gradient), 1 - beta2));
        const [first, second] = tf.split(corrections, 2) as [tf.Tensor1D, tf.Tensor1D];
        const deviation = tf.add(tf.sqrt(tf.div(square, second)), epsilon);
        const change = tf.mul<tf.Tensor1D>(tf.div(tf.div(mean, first), deviation), learningRate);
        return { slots: { meanSquare: square, momentum: mean }, change };
      },
    });
  },
};
