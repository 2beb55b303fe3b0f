/**
 * @file FAMO (Liu et al.): log losses fall at the same pace with one number a task and no gradients of tasks. With
 * z = softmax(ξ) the network steps on
 *
 *   Σ c·z_i·log L_i,   c = 1 / Σ (z_i / L_i) a constant:   w_i = c·z_i / L_i
 *
 * and ξ by Adam on the change that the step made: d = J_softmax(ξ)ᵀ (log L_before − log L_after) + decay·ξ.
 */
import { optionReader } from '../protocol/checkOption';
import { AppError } from '../protocol/errors';
import type { OptionSpecs } from '../protocol/options';
import * as tf from '../tf/tf';
import { choose, ownVariables } from './ownVariables';
import { liveScalar, type WeightingEntry } from './weighting';

const group = 'FAMO';
/** Added to a loss before its logarithm, as the authors do. */
const epsilon = 1e-8;
/** Adam's usual constants, which FAMO keeps. */
const [meanDecay, squareDecay, adamEpsilon] = [0.9, 0.999, 1e-8];

const options = {
  'famo.learningRate': {
    kind: 'number',
    label: 'Learning rate of ξ',
    group,
    default: 0.025,
    min: 0,
    max: 10,
    live: true,
  },
  'famo.decay': {
    kind: 'number',
    label: 'Decay of ξ',
    help: 'Pulls the weights back to equal shares.',
    group,
    default: 1e-3,
    min: 0,
    max: 1,
  },
} as const satisfies OptionSpecs;
const option = optionReader(options);

export const famo: WeightingEntry = {
  label: 'FAMO',
  cites: 'Liu, Feng, Stone & Liu, FAMO: Fast Adaptive Multitask Optimization, NeurIPS 2023',
  about:
    'Watches how much each logarithm of a loss fell in the last step and turns the weight to the task that fell least, at no more cost than equal weights.',
  options,
  needs: ['lossesAfterStep'],
  normalised: true,
  create({ tasks, config }) {
    const decay = option(config, 'famo.decay');
    // ξ, Adam's mean and mean square, and for both of these the correction 1 − β^t, which undoes that they start at 0.
    const own = ownVariables('famo', tasks.length, {
      xi: 0,
      mean: 0,
      square: 0,
      meanCorrection: 0,
      squareCorrection: 0,
    });
    return {
      variables: own.list,
      trainedByTotal: [],
      weightsMove: false,
      weigh({ losses, present, before, live }) {
        if (!before) throw new AppError('weighting/before', 'FAMO needs the losses before and after a step.');
        const { xi, mean, square, meanCorrection, squareCorrection } = own.of;
        const now = tf.stack([...losses]) as tf.Tensor1D;
        const logOf = (values: tf.Tensor1D) => tf.log<tf.Tensor1D>(tf.add(values, epsilon));
        const both = tf.mul<tf.Tensor1D>(present, before.known);
        const fell = tf.mul<tf.Tensor1D>(tf.sub(logOf(before.losses), logOf(now)), both);
        // Before the first step nothing is known, and Adam waits.
        const moves = tf.mul<tf.Tensor1D>(tf.onesLike(both), tf.max(both));
        const shares = tf.softmax(xi);
        const pull = tf.mul(shares, tf.sub(fell, tf.sum(tf.mul(shares, fell))));
        const gradient = tf.add<tf.Tensor1D>(pull, tf.mul(xi, decay));
        const decayed = (old: tf.Tensor1D, next: tf.Tensor1D | number, rate: number) =>
          choose(moves, tf.add(tf.mul(old, rate), tf.mul(next, 1 - rate)), old);
        const next = [
          decayed(mean, gradient, meanDecay),
          decayed(square, tf.square(gradient), squareDecay),
          decayed(meanCorrection, 1, meanDecay),
          decayed(squareCorrection, 1, squareDecay),
        ] as const;
        const [m, s, c1, c2] = next;
        const deviation = tf.add(tf.sqrt(tf.div(s, tf.maximum(c2, 1e-12))), adamEpsilon);
        const change = tf.div<tf.Tensor1D>(tf.div(m, tf.maximum(c1, 1e-12)), deviation);
        const nextXi = tf.sub<tf.Tensor1D>(xi, tf.mul(tf.mul(change, moves), liveScalar(live, 'rate')));
        // An absent task has no weight, and the others share 1.
        const parts = tf.mul(tf.div(tf.softmax(nextXi), tf.add(now, epsilon)), present);
        const weights = tf.div<tf.Tensor1D>(parts, tf.maximum(tf.sum(parts), 1e-30));
        return { weights, kept: [nextXi, ...next] };
      },
      update({ kept }) {
        own.assign(kept);
        return undefined;
      },
      live: () => ({ rate: option(config, 'famo.learningRate') }),
      state: () => [],
      restore() {},
      warn: () => null,
      dispose: own.dispose,
    };
  },
};
