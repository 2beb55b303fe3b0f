/** Whole training steps on the WebAssembly backend. */

import { beforeAll, expect, test } from 'vitest';
import { option } from '../../../workers/config/options';
import { resolveConfig } from '../../../workers/config/resolveConfig';
import { createModel, disposeModel } from '../../../workers/model/model';
import * as tf from '../../../workers/tf/tf';
import { trainStep } from '../../../workers/train/step/step';
import { Stepper } from '../../../workers/train/step/stepper';
import { startWasm } from '../../../workers/wasm/register';
import { expectInceptionSteps, replayInceptionStep } from '../../fixtures/inceptionStep';
import { bits, stateOf } from '../../fixtures/stateOf';
import { given, noise, stepVariants } from '../../fixtures/stepVariants';
import { goldenOptimizers, goldenSteps, replayTinyStep, worstDifference } from '../../fixtures/tinyStep';

beforeAll(async () => {
  await startWasm();
});

test.each(goldenOptimizers)(
  'two full steps of the tiny network with %s equal the golden values from PyTorch in float64',
  async optimizer => {
    const before = tf.memory();
    const steps = await replayTinyStep(optimizer);
    const after = tf.memory();
    expect([after.numTensors, after.numDataBuffers]).toEqual([before.numTensors, before.numDataBuffers]);
    expect(steps).toHaveLength(2);
    for (const [i, step] of steps.entries()) {
      const golden = goldenSteps[optimizer][i];
      if (!golden) throw new Error(`no golden step ${i}`);
      step.losses.forEach((loss, task) => {
        expect(Math.abs(loss / (golden.losses[task] ?? Number.NaN) - 1)).toBeLessThan(1e-6);
      });
      expect(Math.abs(step.gradientNorm / golden.gradientNorm - 1)).toBeLessThan(1e-6);
      expect(worstDifference(step.changes, golden.changes).difference).toBeLessThan(5e-4);
      expect(worstDifference(step.statistics, golden.statistics).difference).toBeLessThan(2e-6);
    }
  },
);

test('two steps of a narrow Inception-ResNet equal the golden values from PyTorch in float64', async () => {
  expectInceptionSteps(await replayInceptionStep(), 2);
});

test.each(stepVariants)(
  '$weighting with $optimizer ($options): replayed steps equal tfjs’s to the bit, live options changed and tasks absent on the way',
  async ({ weighting, optimizer, options }) => {
    const models = [0, 1].map(() =>
      createModel(resolveConfig({ ...given, optimizer, ...options }), weighting, [4, 3]),
    );
    const [eager, replayed] = models;
    if (!eager || !replayed) throw new Error('two models expected');
    const stepper = new Stepper(replayed);
    for (let step = 0; step < 14; step++) {
      if (step === 8)
        for (const { config } of models)
          Object.assign(config, {
            ...{ learningRate: 0.03, dropout: 0.6, centerAlpha: 0.01, mirror: true, shift: 2 },
            'unit.sigma': 0.3,
          });
      const batch = noise(step, step === 9 ? [1] : step === 11 ? [0] : []);
      const metrics = trainStep(eager, batch, step);
      const wanted = Array.from(await metrics.data());
      metrics.dispose();
      const { values } = await stepper.step(batch, step);
      const known = values.map((value, i) => (Number.isNaN(value) ? (wanted[i] ?? 0) : value));
      expect(bits(known), `step ${step}`).toEqual(bits(wanted));
    }
    const inHalf = option(replayed.config, 'precision') === 'half';
    expect(stepper.warning).toEqual(inHalf ? expect.stringContaining('float32') : null);
    expect(stepper.replays, 'the replay agreed and is in use').toBe(true);
    expect(await stateOf(replayed)).toEqual(await stateOf(eager));
    stepper.dispose();
    models.forEach(disposeModel);
  },
);
