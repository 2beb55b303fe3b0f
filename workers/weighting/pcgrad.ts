/**
 * @file PCGrad (Yu et al.): each task's gradient loses its component along every other task's gradient that it conflicts
 * with, one after the other in random order, and the results are summed. Written as weights: row i of C says how the
 * projected gradient of task i is made of the g_k, so that its product with g_j is (C M)_ij, and w_k = Σ_i C_ik.
 */
import { optionReader } from '../protocol/checkOption';
import { AppError } from '../protocol/errors';
import type { OptionSpecs } from '../protocol/options';
import { permutation } from '../random';
import * as tf from '../tf/tf';
import { taskGradientOptions } from './taskGradientOptions';
import { liveTensor, type WeightingEntry } from './weighting';

/** A gradient shorter than the root of this is taken for none: there is nothing to project on. */
const tinySquare = 1e-30;

const options = {
  ...taskGradientOptions,
  'pcgrad.order': {
    kind: 'choice',
    label: 'Order of projections',
    help: 'The paper draws it anew at every step; ascending is the order of the tasks.',
    group: 'PCGrad',
    default: 'random',
    choices: [
      { value: 'random', label: 'random, from the seed' },
      { value: 'ascending', label: 'ascending' },
    ],
  },
} as const satisfies OptionSpecs;
const option = optionReader(options);

export const pcgrad: WeightingEntry = {
  label: 'PCGrad',
  cites: 'Yu, Kumar, Gupta, Levine, Hausman & Finn, Gradient Surgery for Multi-Task Learning, NeurIPS 2020',
  about:
    'Where two tasks pull the shared features against each other, each gives up the part of its gradient that hurts the other. Without a conflict all weights are 1.',
  options,
  needs: ['taskGradients'],
  normalised: false,
  create({ tasks, config, seed }) {
    const order = option(config, 'pcgrad.order');
    const count = tasks.length;
    /** The other tasks, in the order in which this task meets them at this step. */
    const partners = (task: number, step: number): number[] => {
      const others = tasks.map((_, i) => i).filter(i => i !== task);
      if (order === 'ascending') return others;
      return Array.from(permutation(others.length, seed, 'pcgrad', step, task), i => others[i] ?? 0);
    };
    return {
      variables: [],
      trainedByTotal: [],
      weightsMove: false,
      weigh({ gram, live }) {
        if (!gram)
          throw new AppError('weighting/gram', 'PCGrad needs the Gram matrix of the tasks’ gradients.');
        const squares = tf.sum<tf.Tensor2D>(tf.mul(gram, tf.eye(count)), 1, true);
        let made: tf.Tensor2D = tf.eye(count);
        // Row i of the p-th picker is 1 at the task that task i meets p-th.
        for (const picker of tf.unstack(liveTensor(live, 'partners')) as tf.Tensor2D[]) {
          const product = tf.sum<tf.Tensor2D>(tf.mul(made, tf.matMul(picker, gram)), 1, true);
          const length = tf.maximum(tf.matMul<tf.Tensor2D>(picker, squares), tinySquare);
          const share = tf.div<tf.Tensor2D>(tf.minimum(product, 0), length);
          made = tf.sub<tf.Tensor2D>(made, tf.mul(picker, share));
        }
        return { weights: tf.sum<tf.Tensor1D>(made, 0), kept: [] };
      },
      update: () => undefined,
      live({ step }) {
        const rows = tasks.map((_, task) => partners(task, step));
        const values = Array.from({ length: count - 1 }, (_, p) =>
          rows.flatMap(row => tasks.map((_, k) => Number(row[p] === k))),
        ).flat();
        return { partners: { shape: [count - 1, count, count], values } };
      },
      state: () => [],
      restore() {},
      warn: () => null,
      dispose() {},
    };
  },
};
