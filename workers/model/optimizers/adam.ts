/**
 * @file Adam (Kingma and Ba, 2015), as PyTorch writes it: m ← β1·m + (1 − β1)·g, s ← β2·s + (1 − β2)·g²,
 * v ← v − rate · (m / c1) / (√(s / c2) + ε). The corrections c_i = 1 − β_i^t are needed because m and s start at 0. The weight
 * decay is part of g.
 */
import { optionReader } from '../../protocol/checkOption';
import type { OptionSpecs } from '../../protocol/options';
import * as tf from '../../tf/tf';
import { type OptimizerEntry, packedOptimizer } from './packed';

const options = {
  adamBeta1: { kind: 'number', label: 'Adam β1', group: 'Optimizer', default: 0.9, min: 0, max: 0.999 },
  adamBeta2: { kind: 'number', label: 'Adam β2', group: 'Optimizer', default: 0.999, min: 0, max: 0.99999 },
  adamEpsilon: { kind: 'number', label: 'Adam ε', group: 'Optimizer', default: 1e-8, min: 1e-10, max: 1 },
} as const satisfies OptionSpecs;
const read = optionReader(options);

export const adam: OptimizerEntry = {
  label: 'Adam',
  about: 'Adam needs a much smaller learning rate than the presets give. Start with 0.001.',
  options,
  create(parameters, limits, config) {
    const beta1 = read(config, 'adamBeta1');
    const beta2 = read(config, 'adamBeta2');
    const epsilon = read(config, 'adamEpsilon');
    return packedOptimizer(parameters, limits, {
      fused: { rule: 'adam', momentum: beta1, rmsDecay: beta2, epsilon },
      slots: { momentum: 0, meanSquare: 0 },
      corrected: [beta1, beta2],
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
