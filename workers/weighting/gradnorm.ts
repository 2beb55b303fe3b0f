/**
 * @file GradNorm (Chen et al.): the weights w = T · softmax(v) learn to give the tasks' gradients norms in proportion to how
 * far behind each task is. With G_i = w_i·‖g_i‖, Ḡ its mean and r_i = (L_i / L_i(0)) / mean of these ratios,
 *
 *   v steps on Σ |G_i − const(Ḡ·r_i^α)|:   ∂/∂w_i = sign(G_i − Ḡ·r_i^α)·‖g_i‖,   ∂w_i/∂v_j = w_i (δ_ij − w_j / T)
 *
 * The paper divides w by its sum instead of the softmax, which is LibMTL's way and keeps the weights above 0. A task's
 * first loss is its L_i(0); v begins to move at the step after it.
 */
import { optionReader } from '../protocol/checkOption';
import { AppError } from '../protocol/errors';
import type { OptionSpecs } from '../protocol/options';
import * as tf from '../tf/tf';
import { choose, meanWhere, ownVariables } from './ownVariables';
import { taskGradientOptions } from './taskGradientOptions';
import { liveScalar, type WeightingEntry } from './weighting';

const group = 'GradNorm';

const options = {
  ...taskGradientOptions,
  'gradnorm.alpha': {
    kind: 'number',
    label: 'α',
    help: 'How strongly a task that lags is pulled back; 0 gives every task the same norm.',
    group,
    default: 1.5,
    min: 0,
    max: 10,
  },
  'gradnorm.lrScale': {
    kind: 'number',
    label: 'Learning rate of v ×',
    help: 'As a multiple of the network’s current learning rate.',
    group,
    default: 1,
    min: 0,
    max: 1000,
    live: true,
  },
} as const satisfies OptionSpecs;
const option = optionReader(options);

export const gradnorm: WeightingEntry = {
  label: 'GradNorm',
  cites:
    'Chen, Badrinarayanan, Lee & Rabinovich, GradNorm: Gradient Normalization for Adaptive Loss Balancing in Deep Multitask Networks, ICML 2018',
  about:
    'Moves the weights until every task pulls on the shared features as hard as its pace wants: a task that has fallen less than the others, compared with its first loss, pulls harder.',
  options,
  needs: ['taskGradients'],
  normalised: false,
  create({ tasks, config }) {
    const alpha = option(config, 'gradnorm.alpha');
    // v, each task's first loss, and whether there was one.
    const own = ownVariables('gradnorm', tasks.length, { v: 0, first: 1, known: 0 });
    const weightsOf = (v: tf.Tensor1D) => tf.mul<tf.Tensor1D>(tf.softmax(v), tasks.length);
    return {
      variables: own.list,
      trainedByTotal: [],
      weightsMove: false,
      weigh: () => ({ weights: weightsOf(own.of.v), kept: [] }),
      update({ losses, present, gram, live }) {
        if (!gram)
          throw new AppError('weighting/gram', 'GradNorm needs the Gram matrix of the tasks’ gradients.');
        const { v, first, known } = own.of;
        const losses1 = tf.stack([...losses]) as tf.Tensor1D;
        const counts = tf.mul<tf.Tensor1D>(present, known);
        const identity = tf.eye(tasks.length);
        const norms = tf.sqrt<tf.Tensor1D>(tf.sum(tf.mul(gram, identity), 1));
        const weights = weightsOf(v);
        const lengths = tf.mul<tf.Tensor1D>(weights, norms);
        const ratios = tf.div<tf.Tensor1D>(losses1, first);
        const pace = tf.div<tf.Tensor1D>(ratios, tf.maximum(meanWhere(counts, ratios), 1e-12));
        const aims = tf.mul<tf.Tensor1D>(meanWhere(counts, lengths), tf.pow(pace, alpha));
        const byWeight = tf.mul<tf.Tensor1D>(tf.mul(tf.sign(tf.sub(lengths, aims)), norms), counts);
        // Σ_i ∂/∂w_i · w_i (δ_ij − w_j/T)
        const along = tf.sum(tf.mul(byWeight, weights));
        const byV = tf.sub(tf.mul(byWeight, weights), tf.mul(weights, tf.div(along, tasks.length)));
        own.assign([
          tf.sub(v, tf.mul(tf.mul(byV, counts), liveScalar(live, 'rate'))),
          choose(tf.mul(present, tf.sub(1, known)), losses1, first),
          tf.maximum(known, present),
        ]);
        return undefined;
      },
      live: ({ learningRate }) => ({ rate: learningRate * option(config, 'gradnorm.lrScale') }),
      state: () => [],
      restore() {},
      warn: () => null,
      dispose: own.dispose,
    };
  },
};
