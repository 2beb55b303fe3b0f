/**
 * @file Single-task training: one task has weight 1, the others 0. The other branches are still measured, but their losses
 * teach them nothing and weight decay shrinks them.
 */

import { optionReader } from '../protocol/checkOption';
import { AppError } from '../protocol/errors';
import type { OptionSpecs } from '../protocol/options';
import { mostTasks } from '../protocol/taskList';
import { fixedWeights } from './fixedWeights';
import type { WeightingEntry } from './weighting';

const options = {
  'single.task': {
    kind: 'number',
    label: 'Task',
    help: 'Which task, counted from 0 in the order the page lists them.',
    group: 'Single task',
    default: 0,
    min: 0,
    max: mostTasks - 1,
    integer: true,
  },
} as const satisfies OptionSpecs;
const option = optionReader(options);

export const single: WeightingEntry = {
  label: 'Single task',
  cites: 'One task alone, the reference of both papers’ tables',
  about: 'One task has all the weight: what it would reach with the network to itself.',
  options,
  singleTaskOption: 'single.task',
  needs: ['losses'],
  normalised: true,
  create({ tasks, config }) {
    const chosen = option(config, 'single.task');
    if (!tasks[chosen])
      throw new AppError(
        'single/task',
        `"single.task" is ${chosen}, but the tasks are ${tasks.map((t, i) => `${i} (${t.label})`).join(', ')}. Choose one of these.`,
      );
    return fixedWeights(tasks.map((_, i) => Number(i === chosen)));
  },
};
