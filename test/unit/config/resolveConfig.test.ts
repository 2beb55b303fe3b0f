import { expect, test } from 'vitest';
import { learningRateAt } from '../../../workers/config/learningRate';
import { OPTIONS } from '../../../workers/config/options';
import { PRESETS } from '../../../workers/config/presets';
import { resolveConfig } from '../../../workers/config/resolveConfig';
import type { Layout } from '../../../workers/data/layouts/layout';
import { LAYOUTS } from '../../../workers/data/layouts/layouts';
import { OPTIMIZERS } from '../../../workers/model/optimizers/optimizers';

test('an empty config is the two-task tiny preset, complete', () => {
  const config = resolveConfig({});
  expect(config).toMatchObject({ system: 'expression', preset: 'tiny' });
  for (const key of Object.keys(OPTIONS)) expect(config, key).toHaveProperty([key]);
});

test.each(Object.keys(PRESETS))(
  'every default of the preset %s is a known option with an allowed value',
  preset => {
    const { defaults } = PRESETS[preset as keyof typeof PRESETS];
    expect(resolveConfig({ preset, ...defaults })).toEqual(resolveConfig({ preset }));
  },
);

test.each([
  [{ seeed: 1 }, 'config/unknown', 'seeed'],
  [{ steps: -5 }, 'config/value', 'steps is -5'],
  [{ steps: '300' }, 'config/value', 'steps is "300"'],
  [{ steps: 1.5 }, 'config/value', 'whole number'],
  [{ optimizer: 'adamw' }, 'config/value', 'sgd, rmsprop'],
  [{ preset: 'huge' }, 'config/value', 'preset is "huge"'],
  [{ preset: 'toString' }, 'config/value', 'preset is "toString"'],
  [{ system: 7 }, 'config/value', 'system is 7'],
  [
    {
      schedule: [
        [10, 0.1],
        [5, 0.01],
      ],
    },
    'config/value',
    'schedule is [[10,0.1],[5,0.01]]; it must have rising steps',
  ],
  [{ schedule: [[10]] }, 'config/value', '[step, rate]'],
  ['tiny', 'config/value', 'object'],
])('%j is refused: %s', (input, code, part) => {
  expect(() => resolveConfig(input)).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(part) }),
  );
});

/** The values of METHOD section 8, written out, because a changed default would change every figure. */
const method = {
  tiny: {
    inputSize: 32,
    batchSize: 48,
    steps: 300,
    optimizer: 'sgd',
    momentum: 0.9,
    learningRate: 0.1,
    decayAt: [0.75],
    decayFactor: 10,
    clipNorm: 5,
    weightDecay: 5e-5,
    dropout: 0.25,
    'unit.normaliseZ': true,
    'unit.normaliseLogits': false,
    'unit.init': 'zero',
    'unit.lrScale': 3,
    'unit.lrFollowsSchedule': false,
    'unit.sigma': 0.1,
    'unit.clipNorm': 5,
  },
  ck48: {
    inputSize: 48,
    batchSize: 64,
    steps: 600,
    mirror: true,
    shift: 2,
    learningRate: 0.1,
    'unit.lrScale': 10,
    'unit.sigma': 0.01,
  },
  mini: {
    inputSize: 48,
    width: 0.125,
    batchSize: 48,
    steps: 300,
    optimizer: 'rmsprop',
    rmsDecay: 0.9,
    momentum: 0.9,
    epsilon: 1,
    learningRate: 0.1,
    'unit.lrScale': 3,
    'unit.sigma': 0.1,
  },
  small: {
    inputSize: 96,
    width: 0.5,
    batchSize: 64,
    steps: 5000,
    optimizer: 'rmsprop',
    batchNormDecay: 0.995,
    dropout: 0.5,
    'unit.sigma': 0.01,
  },
  paper: {
    inputSize: 160,
    width: 1,
    batchSize: 90,
    steps: 90_000,
    optimizer: 'rmsprop',
    rmsDecay: 0.9,
    momentum: 0.9,
    epsilon: 1,
    learningRate: 0.1,
    clipNorm: 5,
    dropout: 0.5,
    centerAlpha: 1e-4,
    weightDecay: 5e-5,
    batchNormDecay: 0.995,
    'unit.normaliseZ': true,
    'unit.normaliseLogits': true,
    'unit.logitScale': 1,
    'unit.rescale': true,
    'unit.init': 'xavier',
    'unit.lrScale': 10,
    'unit.sigma': 0.01,
  },
} as const;

test.each(Object.entries(method))('the preset %s is that of METHOD section 8', (preset, defaults) => {
  expect(resolveConfig({ preset })).toMatchObject(defaults);
});

test('the paper preset divides its rate at 60 000 and 80 000 steps', () => {
  const config = resolveConfig({ preset: 'paper' });
  const rates = [59_999, 60_000, 79_999, 80_000].map(step => learningRateAt(config, step));
  for (const [i, rate] of [0.1, 0.01, 0.01, 0.001].entries()) expect(rates[i]).toBeCloseTo(rate, 12);
});

test('every optimizer can be chosen, and brings options that a config holds', () => {
  const { optimizer } = OPTIONS;
  if (optimizer?.kind !== 'choice') throw new Error('the optimizer is no choice');
  expect(optimizer.choices.map(({ value }) => value)).toEqual(Object.keys(OPTIMIZERS));
  for (const { value, options = [] } of optimizer.choices) {
    expect(options, value).toEqual(Object.keys(OPTIMIZERS[value as keyof typeof OPTIMIZERS].options));
    for (const key of options) expect(resolveConfig({ optimizer: value }), key).toHaveProperty([key]);
  }
});

test('every preset that a layout proposes exists; CK+48 proposes its own', () => {
  const proposed = Object.values<Layout>(LAYOUTS).flatMap(({ preset }) => preset ?? []);
  for (const id of proposed) expect(Object.keys(PRESETS)).toContain(id);
  expect(LAYOUTS.ck48.preset).toBe('ck48');
});
