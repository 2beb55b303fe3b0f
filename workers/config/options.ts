/** @file Every option of a run as data: the page renders them, the URL hash carries them, `resolveConfig` checks them. */
import type { OptionSpecs, OptionValue } from '../protocol/options';
import type { RunConfig } from '../protocol/runs';
import { WEIGHTINGS } from '../weighting/weightings';

const coreOptions = {
  seed: {
    kind: 'number',
    label: 'Seed',
    group: 'Run',
    default: 1,
    min: 0,
    max: 2 ** 32 - 1,
    integer: true,
    help: 'Fixes initial weights, shuffling, mirroring, dropout and split.',
  },
  steps: {
    kind: 'number',
    label: 'Steps',
    group: 'Run',
    default: 300,
    min: 1,
    max: 10_000_000,
    integer: true,
  },
  batchSize: {
    kind: 'number',
    label: 'Batch size',
    group: 'Run',
    default: 48,
    min: 2,
    max: 1024,
    integer: true,
  },
  evaluateEvery: {
    kind: 'number',
    label: 'Evaluate every',
    group: 'Run',
    default: 100,
    min: 0,
    max: 1_000_000,
    integer: true,
    unit: 'steps',
    live: true,
    help: 'Scores the held-out split while training; 0 = only at the end.',
  },
  reportGradients: {
    kind: 'flag',
    label: 'Record task gradients',
    group: 'Run',
    default: false,
    help: 'Records how hard each task pulls on the shared features and the cosine between every two. Costs one more pass through every branch; the run itself stays the same.',
  },
  splitBy: {
    kind: 'choice',
    label: 'Hold out by',
    group: 'Split',
    default: 'auto',
    choices: [
      { value: 'auto', label: 'automatic' },
      { value: 'declared', label: "the dataset's own split" },
      { value: 'sample', label: 'sample' },
      { value: 'sequence', label: 'sequence' },
      { value: 'subject', label: 'subject' },
    ],
    help: 'Consecutive frames of one sequence never fall on both sides.',
  },
  testFraction: {
    kind: 'number',
    label: 'Held out',
    group: 'Split',
    default: 0.2,
    min: 0.02,
    max: 0.9,
    help: 'Share of the samples; unused where the dataset declares its split.',
  },
  inputSize: {
    kind: 'number',
    label: 'Input size',
    group: 'Network',
    default: 32,
    min: 16,
    max: 320,
    integer: true,
    unit: 'px',
  },
  width: {
    kind: 'number',
    label: 'Width',
    group: 'Network',
    default: 1,
    min: 0.0625,
    max: 2,
    help: 'Channel multiplier; channels are rounded to multiples of 4.',
  },
  mirror: {
    kind: 'flag',
    label: 'Mirror images',
    group: 'Network',
    default: false,
    live: true,
    help: 'Turns about half of every training batch left to right, drawn anew at each step; compared runs see the same.',
  },
  dropout: {
    kind: 'number',
    label: 'Dropout',
    group: 'Network',
    default: 0.25,
    min: 0,
    max: 0.95,
    live: true,
    help: 'Share of bottleneck features dropped in training.',
  },
  precision: {
    kind: 'choice',
    label: 'Precision',
    group: 'Network',
    default: 'float32',
    choices: [
      { value: 'float32', label: 'float32' },
      { value: 'half', label: 'half (WebGPU)' },
    ],
    help: 'half keeps activations and their gradients in 16 bits while training: up to half the memory, losses a little off. Parameters stay float32.',
  },
  batchNormDecay: {
    kind: 'number',
    label: 'Batch-norm decay',
    group: 'Network',
    default: 0.9,
    min: 0,
    max: 0.9999,
  },
  recompute: {
    kind: 'flag',
    label: 'Recompute activations',
    group: 'Network',
    default: false,
    help: 'Computes activations twice instead of keeping them: a quarter less memory while a large network trains, about a quarter more work.',
  },
  optimizer: {
    kind: 'choice',
    label: 'Optimizer',
    group: 'Optimizer',
    default: 'sgd',
    choices: [
      { value: 'sgd', label: 'SGD with momentum' },
      { value: 'rmsprop', label: 'RMSprop with momentum' },
      { value: 'adam', label: 'Adam' },
    ],
    help: 'Adam wants a far smaller learning rate than the presets give: start at 0.001.',
  },
  learningRate: {
    kind: 'number',
    label: 'Learning rate',
    group: 'Optimizer',
    default: 0.1,
    min: 0,
    max: 10,
    live: true,
    help: 'The initial rate. Changed during a run, it holds from the next step.',
  },
  decayAt: {
    kind: 'list',
    label: 'Decay at',
    group: 'Optimizer',
    default: [0.75],
    min: 0,
    max: 1,
    help: 'Shares of all steps after which the rate is divided.',
  },
  decayFactor: { kind: 'number', label: 'Divide by', group: 'Optimizer', default: 10, min: 1, max: 1000 },
  schedule: {
    kind: 'schedule',
    label: 'Schedule',
    group: 'Optimizer',
    default: [],
    help: 'Pairs of step and rate, as written. When given, it replaces the decay.',
  },
  momentum: { kind: 'number', label: 'Momentum', group: 'Optimizer', default: 0.9, min: 0, max: 0.999 },
  rmsDecay: { kind: 'number', label: 'RMSprop decay', group: 'Optimizer', default: 0.9, min: 0, max: 0.9999 },
  epsilon: { kind: 'number', label: 'RMSprop ε', group: 'Optimizer', default: 1, min: 1e-10, max: 10 },
  adamBeta1: { kind: 'number', label: 'Adam β1', group: 'Optimizer', default: 0.9, min: 0, max: 0.999 },
  adamBeta2: { kind: 'number', label: 'Adam β2', group: 'Optimizer', default: 0.999, min: 0, max: 0.99999 },
  adamEpsilon: { kind: 'number', label: 'Adam ε', group: 'Optimizer', default: 1e-8, min: 1e-10, max: 1 },
  clipNorm: {
    kind: 'number',
    label: 'Clip norm',
    group: 'Optimizer',
    default: 5,
    min: 0,
    max: 1e6,
    help: 'Global gradient norm; 0 = no clipping.',
  },
  weightDecay: {
    kind: 'number',
    label: 'Weight decay',
    group: 'Optimizer',
    default: 5e-5,
    min: 0,
    max: 1,
    help: 'l2, on convolution and dense kernels.',
  },
  centerAlpha: {
    kind: 'number',
    label: 'Center loss α',
    group: 'Losses',
    default: 1e-4,
    min: 0,
    max: 10,
    live: true,
    help: 'Weight of the center loss in L1 (eq. 2).',
  },
  centerRate: { kind: 'number', label: 'Center rate a', group: 'Losses', default: 0.5, min: 0, max: 1 },
} as const satisfies OptionSpecs;

/** All options by key: the core's, then every strategy's. */
export const OPTIONS: OptionSpecs = Object.assign(
  {},
  coreOptions,
  ...Object.values(WEIGHTINGS).map(entry => entry.options),
);

type CoreValues = {
  [K in keyof typeof coreOptions]: (typeof coreOptions)[K]['kind'] extends 'number'
    ? number
    : (typeof coreOptions)[K]['kind'] extends 'choice'
      ? string
      : (typeof coreOptions)[K]['kind'] extends 'flag'
        ? boolean
        : OptionValue;
};

/** A checked option of a resolved config, with its type. */
export function option<K extends keyof CoreValues>(config: RunConfig, key: K): CoreValues[K] {
  return config[key] as CoreValues[K];
}
