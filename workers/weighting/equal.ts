/** @file Equal weighting: every task counts the same, w_i = 1 / tasks. */
import { fixedWeights } from './fixedWeights';
import type { WeightingEntry } from './weighting';

export const equal: WeightingEntry = {
  label: 'Equal',
  cites: 'The plain average, the usual baseline',
  about: 'Every task has the same weight, from the first step to the last.',
  options: {},
  needs: ['losses'],
  normalised: true,
  create: ({ tasks }) => fixedWeights(tasks.map(() => 1 / tasks.length)),
};
