/**
 * @file RMSprop with momentum, as TensorFlow 1 writes it. It is the optimizer of the public code:
 * s ← ρ·s + (1 − ρ)·g², m ← μ·m + rate·g/√(s + ε), v ← v − m. ε is inside the root and s starts at 1. So with ε = 1 the first
 * steps divide by about √2, and small gradients stay small.
 */
import { optionReader } from '../../protocol/checkOption';
import type { OptionSpecs } from '../../protocol/options';
import * as tf from '../../tf/tf';
import { momentumOption } from './momentumOption';
import { type OptimizerEntry, packedOptimizer } from './packed';

const options = {
  ...momentumOption,
  rmsDecay: {
    kind: 'number',
    label: 'RMSprop decay',
    group: 'Optimizer',
    default: 0.9,
    min: 0,
    max: 0.9999,
  },
  epsilon: { kind: 'number', label: 'RMSprop ε', group: 'Optimizer', default: 1, min: 1e-10, max: 10 },
} as const satisfies OptionSpecs;
export const rmspropOption = optionReader(options);

export const rmsprop: OptimizerEntry = {
  label: 'RMSprop with momentum',
  options,
  create(parameters, limits, config) {
    const mu = rmspropOption(config, 'momentum');
    const rho = rmspropOption(config, 'rmsDecay');
    const epsilon = rmspropOption(config, 'epsilon');
    return packedOptimizer(parameters, limits, {
      fused: { rule: 'rmsprop', momentum: mu, rmsDecay: rho, epsilon },
      slots: { momentum: 0, meanSquare: 1 },
      step(gradient, { meanSquare, momentum }, learningRate) {
        const square = tf.add<tf.Tensor1D>(tf.mul(meanSquare, rho), tf.mul(tf.square(gradient), 1 - rho));
        const scaled = tf.mul(gradient, tf.rsqrt(tf.add(square, epsilon)));
        const next = tf.add<tf.Tensor1D>(tf.mul(momentum, mu), tf.mul(scaled, learningRate));
        return { slots: { momentum: next, meanSquare: square }, change: next };
      },
    });
  },
};
