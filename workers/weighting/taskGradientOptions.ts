/** @file Options of every strategy that needs the tasks' gradients. */
import { optionReader } from '../protocol/checkOption';
import type { OptionSpecs } from '../protocol/options';

const group = 'Task gradients';

export const taskGradientOptions = {
  'gradients.at': {
    kind: 'choice',
    label: 'Gradients of',
    help: 'At the shared features Z (summed over the batch, as LibMTL does) they cost about an ordinary step. Those of all shared parameters are exact and cost one whole pass a task.',
    group,
    default: 'features',
    choices: [
      { value: 'features', label: 'the shared features Z' },
      { value: 'parameters', label: 'all shared parameters' },
    ],
  },
  'gradients.weighBranches': {
    kind: 'flag',
    label: 'Weigh the branches too',
    help: 'Off, each task’s own branch and head learn from its unweighted loss, as in LibMTL. On, from wᵢ·Lᵢ.',
    group,
    default: false,
  },
} as const satisfies OptionSpecs;

export const taskGradientOption = optionReader(taskGradientOptions);
