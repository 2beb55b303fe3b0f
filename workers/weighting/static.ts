/** @file Static weighting: the weights are chosen before training and never move. */

import { optionReader } from '../protocol/checkOption';
import { AppError } from '../protocol/errors';
import type { OptionSpecs } from '../protocol/options';
import { mostTasks } from '../protocol/taskList';
import { fixedWeights } from './fixedWeights';
import type { WeightingEntry } from './weighting';

const options = {
  'static.weights': {
    kind: 'perTask',
    label: 'Weights',
    help: 'One number a task; only the ratio counts.',
    group: 'Static weights',
    default: Array<number>(mostTasks).fill(1),
    min: 0,
    max: 1000,
  },
} as const satisfies OptionSpecs;
const option = optionReader(options);

export const staticWeights: WeightingEntry = {
  label: 'Static',
  cites: 'Girshick, Fast R-CNN, ICCV 2015, and most multi-task networks since',
  about: 'Weights chosen by hand before training. Only their ratio counts: they are scaled to sum to 1.',
  options,
  needs: ['losses'],
  normalised: true,
  create({ tasks, config }) {
    const given = option(config, 'static.weights');
    if (given.length < tasks.length)
      throw new AppError(
        'static/weights',
        `Static weights ${given.join(', ')} must be a list of ${tasks.length} numbers, one a task.`,
      );
    const chosen = given.slice(0, tasks.length);
    const sum = chosen.reduce((a, w) => a + w, 0);
    if (!(sum > 0) || !Number.isFinite(sum) || chosen.some(w => w < 0))
      throw new AppError(
        'static/weights',
        `Static weights ${chosen.join(', ')} cannot be scaled to sum to 1. Give at least one task a weight above 0, and none below.`,
      );
    return fixedWeights(chosen.map(w => w / sum));
  },
};
