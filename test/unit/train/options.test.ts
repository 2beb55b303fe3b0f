import { expect, test } from 'vitest';
import { PRESETS } from '../../../workers/nets/presets';
import { OPTIONS, resolveConfig } from '../../../workers/train/options';

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
    'must rise',
  ],
  [{ schedule: [[10]] }, 'config/value', '[step, rate]'],
  ['tiny', 'config/value', 'object'],
])('%j is refused: %s', (input, code, part) => {
  expect(() => resolveConfig(input)).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(part) }),
  );
});
