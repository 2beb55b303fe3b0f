import { expect, test } from 'vitest';
import { learningRateAt, overrideSchedule } from '../../../workers/config/learningRate';
import { resolveConfig } from '../../../workers/config/resolveConfig';

test('the default rate is divided by 10 at 75 % of the steps', () => {
  const config = resolveConfig({ steps: 100 });
  expect(learningRateAt(config, 74)).toBeCloseTo(0.1, 12);
  expect(learningRateAt(config, 75)).toBeCloseTo(0.01, 12);
});

test("a schedule's rates hold as written, whatever the initial rate", () => {
  const schedule = [
    [10, 0.05],
    [50, 0.02],
  ];
  const config = resolveConfig({ steps: 100, learningRate: 0.4, schedule });
  expect([0, 9, 10, 49, 50, 99].map(step => learningRateAt(config, step))).toEqual([
    0.4, 0.4, 0.05, 0.05, 0.02, 0.02,
  ]);
});

test('a schedule may warm up from 0', () => {
  const config = resolveConfig({
    schedule: [
      [0, 0],
      [5, 0.1],
    ],
  });
  expect([0, 4, 5].map(step => learningRateAt(config, step))).toEqual([0, 0, 0.1]);
});

test('a rate set during a scheduled run holds from that step, and later entries are gone', () => {
  const config = resolveConfig({
    schedule: [
      [0, 0.1],
      [20, 0.01],
    ],
  });
  config.schedule = overrideSchedule(config, 12, 0.3);
  expect([11, 12, 20, 99].map(step => learningRateAt(config, step))).toEqual([0.1, 0.3, 0.3, 0.3]);
});
