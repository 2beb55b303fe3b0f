/** @file Gradient descent with momentum, as TensorFlow and PyTorch write it: m ← μ·m + g, v ← v − rate·m. */
import { optionReader } from '../../protocol/checkOption';
import * as tf from '../../tf/tf';
import { momentumOption } from './momentumOption';
import { type OptimizerEntry, packedOptimizer } from './packed';

const read = optionReader(momentumOption);

export const sgd: OptimizerEntry = {
  label: 'SGD with momentum',
  options: momentumOption,
  create(parameters, limits, config) {
    const mu = read(config, 'momentum');
    return packedOptimizer(parameters, limits, {
      // The kernel does not use ρ and ε for this rule.
      fused: { rule: 'sgd', momentum: mu, rmsDecay: 0, epsilon: 0 },
      slots: { momentum: 0 },
      step(gradient, { momentum }, learningRate) {
        const next = tf.add<tf.Tensor1D>(tf.mul(momentum, mu), gradient);
        return { slots: { momentum: next }, change: tf.mul(next, learningRate) };
      },
    });
  },
};
