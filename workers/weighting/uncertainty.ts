/**
 * @file Uncertainty weighting (Kendall, Gal and Cipolla): each task has a log variance s_i, trained with the network by
 *
 *   total = Σ ½·exp(−s_i)·L_i + ½·s_i
 *
 * so the weight of task i is ½·exp(−s_i). The log terms can make the total negative, which is right.
 */
import { optionReader } from '../protocol/checkOption';
import type { OptionSpecs } from '../protocol/options';
import * as tf from '../tf/tf';
import { liveScalar, type WeightingEntry } from './weighting';

const group = 'Uncertainty';

const options = {
  'uncertainty.start': {
    kind: 'number',
    label: 'Start of s',
    help: 'Log variance of every task at the start. The paper starts at 0, where each weight is one half; the library LibMTL at −0.5.',
    group,
    default: 0,
    min: -10,
    max: 10,
  },
  'uncertainty.lrScale': {
    kind: 'number',
    label: 'Learning rate of s ×',
    help: 'As a multiple of the network’s current learning rate.',
    group,
    default: 1,
    min: 0,
    max: 1000,
    live: true,
  },
} as const satisfies OptionSpecs;
const option = optionReader(options);

export const uncertainty: WeightingEntry = {
  label: 'Uncertainty',
  cites:
    'Kendall, Gal & Cipolla, Multi-Task Learning Using Uncertainty to Weigh Losses for Scene Geometry and Semantics, CVPR 2018',
  about:
    'Each task learns how noisy it is, and a noisy task counts less. At rest a weight is ½ over its loss: the small loss gets the large weight.',
  options,
  needs: ['losses'],
  normalised: false,
  create({ tasks, config }) {
    const start = option(config, 'uncertainty.start');
    const logVariances = tf.tidy(() => tf.variable(tf.fill([tasks.length], start)));
    return {
      variables: [{ name: 'uncertainty/s', variable: logVariances }],
      trainedByTotal: [logVariances],
      weightsMove: true,
      weigh: ({ present }) => ({
        weights: tf.mul<tf.Tensor1D>(tf.exp(tf.neg(logVariances)), 0.5),
        // An absent task's loss is 0: without its log term its s stays where it is.
        extra: tf.mul<tf.Scalar>(tf.sum(tf.mul(logVariances, present)), 0.5),
        kept: [],
      }),
      update({ gradients: [gradient], present, live }) {
        if (!gradient) return undefined;
        const step = tf.mul(tf.mul(gradient, present), liveScalar(live, 'rate'));
        logVariances.assign(tf.sub(logVariances, step));
        return undefined;
      },
      live: ({ learningRate }) => ({ rate: learningRate * option(config, 'uncertainty.lrScale') }),
      state: () => [],
      restore() {},
      warn: () => null,
      dispose: () => logVariances.dispose(),
    };
  },
};
