/**
 * @file The naive dynamic strategy, the papers' baseline: the same unit, the same start, but trained by the total loss
 * Σ w_i·L_i itself. Its gradient, w_i (L_i − Σ_j w_j L_j) Z, moves the weight to the smallest loss; as in the original it
 * also flows through Z into the trunk.
 */

import { AppError } from '../protocol/errors';
import * as tf from '../tf/tf';
import { createUnit } from './dynamicWeightUnit';
import { unitOptions } from './unitOptions';
import type { WeightingEntry } from './weighting';

const {
  'unit.sigma': _sigma,
  'unit.gradient': _gradient,
  'unit.weightsReachTrunk': _weightsReachTrunk,
  ...options
} = unitOptions;

export const naive: WeightingEntry = {
  label: 'Naive dynamic',
  cites:
    'Yin & Liu, Multi-task convolutional neural network for pose-invariant face recognition, IEEE Transactions on Image Processing 27(2), 2018',
  about:
    'The same unit trained by the total loss: giving the weight to the easy task is the quickest way to a small sum, and the hard task starves.',
  options,
  needs: ['losses'],
  normalised: true,
  create(context) {
    const unit = createUnit(context);
    return {
      variables: unit.variables,
      trainedByTotal: [unit.psi, unit.b],
      weightsMove: true,
      columns: unit.columns,
      weigh: step => ({ ...unit.weigh(step), kept: [] }),
      update({ gradients, live, present }) {
        const [psi, b] = gradients;
        if (!psi || !b)
          throw new AppError(
            'naive/gradients',
            `Naive weighting needs the gradients of ψ and b and received ${gradients.length}. Pass one for each of trainedByTotal.`,
          );
        return unit.move(
          { psi: tf.reshape<tf.Rank.R2>(psi, unit.psi.shape), b: tf.reshape<tf.Rank.R1>(b, [b.size]) },
          { live, present },
        );
      },
      live: unit.live,
      state: () => [],
      restore() {},
      warn: unit.warn,
      dispose: unit.dispose,
    };
  },
};
