import { expect, expectTypeOf, test } from 'vitest';
import { checkOption, fitsOption, optionProblem, optionReader } from '../../../workers/protocol/checkOption';
import type { OptionSpecs, Schedule } from '../../../workers/protocol/options';

const common = { label: '', group: '' };
const specs = {
  rate: { ...common, kind: 'number', default: 0, min: 0, max: 10 },
  steps: { ...common, kind: 'number', default: 1, min: 1, max: 100, integer: true },
  mirror: { ...common, kind: 'flag', default: false },
  optimizer: {
    ...common,
    kind: 'choice',
    default: 'sgd',
    choices: [
      { value: 'sgd', label: '' },
      { value: 'adam', label: '' },
    ],
  },
  weights: { ...common, kind: 'perTask', default: [1, 1], min: 0, max: 5 },
  decayAt: { ...common, kind: 'list', default: [], min: 0, max: 1 },
  schedule: { ...common, kind: 'schedule', default: [] },
} as const satisfies OptionSpecs;

test.each<[keyof typeof specs, readonly unknown[], readonly unknown[]]>([
  ['rate', [0, 10, 0.5], [-0.1, 10.1, Number.NaN, Number.POSITIVE_INFINITY, '1', null, undefined, [1]]],
  ['steps', [1, 100], [1.5, 0, 101, true]],
  ['mirror', [true, false], [0, 'true', undefined]],
  ['optimizer', ['sgd', 'adam'], ['Adam', '', 0, undefined, 'toString']],
  ['weights', [[], [0, 5, 2.5]], [[6], [Number.NaN], ['1'], 1, { 0: 1, length: 1 }]],
  ['decayAt', [[], [0.5, 0.5]], [[2], null]],
  [
    'schedule',
    [
      [],
      [[0, 0]],
      [
        [0, 0.1],
        [200, 0.01],
      ],
    ],
    [
      [0, 0.1],
      [[0]],
      [[0, 1, 2]],
      [[1.5, 0.1]],
      [[0, 11]],
      [
        [5, 0.1],
        [5, 0.2],
      ],
      [[0, Number.NaN]],
      'x',
    ],
  ],
])('%s allows these values and no others', (key, good, bad) => {
  for (const value of good) expect(optionProblem(specs[key], value), JSON.stringify(value)).toBeNull();
  for (const value of bad) expect(fitsOption(specs[key], value), JSON.stringify(value)).toBe(false);
});

test('a refusal names the key, the value and what is allowed', () => {
  expect(() => checkOption('unit.init', specs.optimizer, 'adamw')).toThrow(
    expect.objectContaining({
      code: 'config/value',
      message: 'unit.init is "adamw"; it must be one of sgd, adam.',
    }),
  );
});

test('a reader gives the values their types, and refuses a config that lacks one', () => {
  const option = optionReader(specs);
  const config = { rate: 0.1, optimizer: 'adam', schedule: [[0, 0.1]] as const };
  expect(option(config, 'optimizer')).toBe('adam');
  expectTypeOf(option(config, 'optimizer')).toEqualTypeOf<'sgd' | 'adam'>();
  expectTypeOf(option(config, 'rate')).toEqualTypeOf<number>();
  expectTypeOf(option(config, 'schedule')).toEqualTypeOf<Schedule>();
  expect(() => option(config, 'mirror')).toThrow('mirror is undefined; it must be true or false.');
});
