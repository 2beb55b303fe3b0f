/** @file Options of the dynamic-weight unit (METHOD 3, 4 and 8). Defaults are those of the `tiny` preset. */
import { optionReader } from '../protocol/checkOption';
import type { OptionSpecs } from '../protocol/options';

const group = 'Weight unit';

export const unitOptions = {
  'unit.normaliseZ': {
    kind: 'flag',
    label: 'Normalise Z',
    help: 'Divides the features that the unit sees by their length, sample by sample. Off, large features saturate the softmax and its gradient vanishes.',
    group,
    default: true,
  },
  'unit.normaliseLogits': {
    kind: 'flag',
    label: 'Normalise logits',
    help: 'Divides the unit’s logits by their length, sample by sample. Needs the Xavier start: 0 / 0 is undefined.',
    group,
    default: false,
  },
  'unit.logitScale': {
    kind: 'number',
    label: 'Logit scale',
    help: 'Length of the logits when they are normalised; bounds how unequal the weights can become.',
    group,
    default: 1,
    min: 0.01,
    max: 100,
  },
  'unit.rescale': {
    kind: 'flag',
    label: 'Rescale Ψ',
    help: 'With normalised logits every step lengthens Ψ and slows the unit down. This resets its length after each step; the weights do not change.',
    group,
    default: true,
  },
  'unit.init': {
    kind: 'choice',
    label: 'Start',
    help: 'Zero: every task starts with the same weight. Xavier: random, from the seed.',
    group,
    default: 'zero',
    choices: [
      { value: 'zero', label: 'Zero' },
      { value: 'xavier', label: 'Xavier' },
    ],
  },
  'unit.lrScale': {
    kind: 'number',
    label: 'Learning rate ×',
    help: 'The unit’s learning rate as a multiple of the network’s initial one.',
    group,
    default: 3,
    min: 0,
    max: 1000,
    live: true,
  },
  'unit.lrFollowsSchedule': {
    kind: 'flag',
    label: 'Follow the schedule',
    help: 'Multiply the network’s current learning rate instead of its initial one. A decaying rate can freeze the weights in the middle of a swap.',
    group,
    default: false,
    live: true,
  },
  'unit.clipNorm': {
    kind: 'number',
    label: 'Clip norm',
    help: 'Longest step of (Ψ, b) before the learning rate; 0 switches clipping off.',
    group,
    default: 5,
    min: 0,
    max: 1e6,
  },
  'unit.sigma': {
    kind: 'number',
    label: 'σ',
    help: 'Added to each loss before the division in L3, so that a loss near zero does not explode.',
    group,
    default: 0.1,
    min: 1e-6,
    max: 10,
    live: true,
  },
  'unit.gradient': {
    kind: 'choice',
    label: 'Gradient of L3',
    help: 'The printed equations drop the cross terms: half the step for two tasks, another algorithm for three.',
    group,
    default: 'true',
    choices: [
      { value: 'true', label: 'true gradient' },
      { value: 'printed', label: 'as printed (eq. 8–9)' },
    ],
  },
  'unit.weightsReachTrunk': {
    kind: 'flag',
    label: 'Weights reach the trunk',
    help: 'Lets the gradient of the weights shape the trunk, as the authors’ code does. The paper’s equations take the weights as constants.',
    group,
    default: false,
  },
  'unit.report': {
    kind: 'flag',
    label: 'Record the unit',
    help: 'Records the norm of Ψ’s gradient and each task’s a = exp(f), the batch’s mean: what section 5.5 blames for the vanishing gradient. A few small operations a step.',
    group,
    default: false,
  },
  'unit.only': {
    kind: 'choice',
    label: 'Tasks that share the weight',
    help: 'The second paper’s toy example (5.3) fixes the first task’s weight at 0; the others share 1.',
    group,
    default: 'all',
    choices: [
      { value: 'all', label: 'all tasks' },
      { value: 'identification', label: 'all but the first' },
    ],
  },
} as const satisfies OptionSpecs;

export const unitOption = optionReader(unitOptions);
