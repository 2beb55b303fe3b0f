import { beforeAll, expect, test } from 'vitest';
import * as tf from '../../../../workers/tf/tf';
import { goldenOptimizers, goldenSteps, replayTinyStep, worstDifference } from '../../../fixtures/tinyStep';

beforeAll(() => tf.setBackend('cpu'));

test.each(goldenOptimizers)(
  'two full steps of the tiny network with %s equal the golden values from PyTorch in float64',
  async optimizer => {
    const before = tf.memory().numTensors;
    const steps = await replayTinyStep(optimizer);
    expect(tf.memory().numTensors).toBe(before);
    expect(steps).toHaveLength(2);
    for (const [i, step] of steps.entries()) {
      const golden = goldenSteps[optimizer][i];
      if (!golden) throw new Error(`no golden step ${i}`);
      step.losses.forEach((loss, task) => {
        expect(Math.abs(loss / (golden.losses[task] ?? Number.NaN) - 1)).toBeLessThan(1e-6);
      });
      expect(Math.abs(step.gradientNorm / golden.gradientNorm - 1)).toBeLessThan(1e-6);
      // A parameter near .3 is rounded to ±1.5e-8 in float32 and moved by 1e-4 to 1e-2.
      expect(worstDifference(step.changes, golden.changes).difference).toBeLessThan(5e-4);
      expect(worstDifference({ centers: step.centers }, { centers: golden.centers }).difference).toBeLessThan(
        1e-6,
      );
      expect(worstDifference(step.statistics, golden.statistics).difference).toBeLessThan(2e-6);
    }
  },
);
