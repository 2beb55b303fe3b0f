/** @file The presets, as data. A preset names a network and the option values that section 8 of METHOD recommends for it. */

import { NETWORKS, type NetworkId } from '../nets/networks';
import type { BackendId } from '../protocol/device';
import { AppError } from '../protocol/errors';
import type { OptionValue } from '../protocol/options';
import type { RunConfig } from '../protocol/runs';
import { stepWork } from './stepWork';

export interface Preset {
  label: string;
  about: string;
  network: NetworkId;
  /** The backends that train it in bearable time and memory. */
  runsOn: readonly BackendId[];
  /** The numbers of parameters of the trunk and of one branch, without heads. */
  parameters: { shared: number; perTask: number };
  /** The work of one image in one training step, of the trunk and of one branch. See `stepWork`. */
  work: { shared: number; perTask: number };
  /** The option values that it sets. Every other option keeps its own default. */
  defaults: Readonly<Record<string, OptionValue>>;
}

/** The values that all presets share. */
const common = {
  learningRate: 0.1,
  momentum: 0.9,
  rmsDecay: 0.9,
  epsilon: 1,
  clipNorm: 5,
  weightDecay: 5e-5,
  centerAlpha: 1e-4,
  centerRate: 0.5,
  decayFactor: 10,
  schedule: [],
} as const;

/**
 * The options of the weight unit for runs of a few hundred steps. They were chosen by measurements on `tiny` with five
 * seeds.
 */
const quickUnit = {
  'unit.normaliseZ': true,
  'unit.normaliseLogits': false,
  'unit.logitScale': 1,
  'unit.rescale': true,
  'unit.init': 'zero',
  'unit.lrScale': 3,
  'unit.lrFollowsSchedule': false,
  'unit.sigma': 0.1,
  'unit.clipNorm': 5,
} as const;

/** The options of the weight unit as in the public code, where its rate follows the schedule of Θ. */
const paperUnit = {
  'unit.normaliseZ': true,
  'unit.normaliseLogits': true,
  'unit.logitScale': 1,
  'unit.rescale': true,
  'unit.init': 'xavier',
  'unit.lrScale': 10,
  'unit.lrFollowsSchedule': true,
  'unit.sigma': 0.01,
  'unit.clipNorm': 5,
} as const;

const quick = {
  ...common,
  ...quickUnit,
  steps: 300,
  batchSize: 48,
  decayAt: [0.75],
  // 0.995 is too slow for 300 steps: 0.995^300 ≈ 0.22, so a fifth of the initial statistics would be left at the end.
  batchNormDecay: 0.9,
} as const;

const paperLike = {
  ...common,
  ...paperUnit,
  optimizer: 'rmsprop',
  // The second paper divides the rate at steps 60 000 and 80 000 of its 90 000 pretraining steps (section 5.2).
  decayAt: [2 / 3, 8 / 9],
  dropout: 0.5,
  batchNormDecay: 0.995,
} as const;

const everywhere = ['webgpu', 'wasm', 'webgl', 'cpu'] as const;
const compiled = ['webgpu', 'wasm'] as const;

type Derived = 'parameters' | 'work';
type Draft = Omit<Preset, Derived> & { defaults: { inputSize: number; width: number } };

function preset<D extends Draft>(draft: D): D & Pick<Preset, Derived> {
  const { inputSize, width } = draft.defaults;
  const plan = (tasks: number) =>
    NETWORKS[draft.network].plan({ inputSize, width, classes: Array(tasks).fill(1), seed: 0 });
  const [one, two] = [plan(1), plan(2)];
  const split = (alone: number, both: number) => ({ shared: 2 * alone - both, perTask: both - alone });
  return {
    ...draft,
    parameters: split(one.parameters, two.parameters),
    work: split(stepWork(one), stepWork(two)),
  };
}

export const PRESETS = {
  tiny: preset({
    label: 'Tiny',
    about: 'Three convolutions at 32 px. It shows the swap within seconds on any machine.',
    network: 'tiny',
    runsOn: everywhere,
    defaults: { ...quick, inputSize: 32, width: 1, optimizer: 'sgd', dropout: 0.25 },
  }),
  ck48: preset({
    label: 'CK+48',
    about:
      'The tiny network for CK+48: images of 48 px, a longer run, a faster unit, and mirrored and shifted images.',
    network: 'tiny',
    runsOn: everywhere,
    defaults: {
      ...quick,
      inputSize: 48,
      width: 1,
      optimizer: 'sgd',
      dropout: 0.25,
      batchSize: 64,
      steps: 600,
      // The reference numbers in section 8 of METHOD were trained with these values.
      mirror: true,
      shift: 2,
      'unit.lrScale': 10,
      'unit.sigma': 0.01,
    },
  }),
  mini: preset({
    label: 'Mini',
    about:
      "The papers' network at 48 px and an eighth of its width. It trains within a minute on one CPU core.",
    network: 'inceptionResnet',
    runsOn: compiled,
    defaults: { ...quick, inputSize: 48, width: 1 / 8, optimizer: 'rmsprop', dropout: 0.5 },
  }),
  small: preset({
    label: 'Small',
    about:
      "The papers' network at 96 px and half its width. It is made for WebGPU: on WebAssembly each step takes a second or two.",
    network: 'inceptionResnet',
    runsOn: compiled,
    defaults: { ...paperLike, inputSize: 96, width: 1 / 2, batchSize: 64, steps: 5000 },
  }),
  paper: preset({
    label: 'Paper',
    about:
      "The papers' network and protocol at 160 px. It needs a strong GPU with several GB of memory, and days. Momentum is 0.9 as in the public code; the papers print 0.99.",
    network: 'inceptionResnet',
    runsOn: ['webgpu'],
    defaults: { ...paperLike, inputSize: 160, width: 1, batchSize: 90, steps: 90_000 },
  }),
  full: preset({
    label: 'Full',
    about:
      "Inception-ResNet-v1 with all its 5 / 10 / 5 blocks at 160 px. It is larger than the papers' network.",
    network: 'inceptionResnetFull',
    runsOn: ['webgpu'],
    defaults: { ...paperLike, inputSize: 160, width: 1, batchSize: 90, steps: 90_000 },
  }),
} as const satisfies Record<string, Preset>;

type PresetId = keyof typeof PRESETS;

const isPreset = (id: unknown): id is PresetId => typeof id === 'string' && Object.hasOwn(PRESETS, id);

/** @throws AppError `config/value` for a preset that does not exist. */
export function checkPreset(id: unknown): PresetId {
  if (isPreset(id)) return id;
  const known = Object.keys(PRESETS).join(', ');
  throw new AppError('config/value', `preset is ${JSON.stringify(id)}; it must be one of ${known}.`);
}

/** The preset of a config. @throws AppError `config/value` for a preset that does not exist. */
export const presetOf = (config: Pick<RunConfig, 'preset'>): Preset => PRESETS[checkPreset(config.preset)];
