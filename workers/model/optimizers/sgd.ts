/** @file Gradient descent with momentum, as TensorFlow and PyTorch write it: m ← μ·m + g, v ← v − rate·m. */
import * as tf from '@tensorflow/tfjs';
import { type OptimizerEntry, packedOptimizer } from './packed';

export const sgd: OptimizerEntry = {
  label: 'SGD with momentum',
  create: (parameters, hyper) =>
    packedOptimizer(parameters, hyper, {
      fused: 'sgd',
      slots: { momentum: 0 },
      step(gradient, { momentum }, learningRate) {
        const next = tf.add<tf.Tensor1D>(tf.mul(momentum, hyper.momentum), gradient);
        return { slots: { momentum: next }, change: tf.mul(next, learningRate) };
      },
    }),
};
