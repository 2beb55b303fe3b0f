import { beforeAll, expect, test } from 'vitest';
import { resolveConfig } from '../../../workers/config/resolveConfig';
import { createModel, disposeModel, readState } from '../../../workers/model/model';
import * as tf from '../../../workers/tf/tf';
import { stepMemory } from '../../../workers/train/memory/stepMemory';
import { trainStep } from '../../../workers/train/step/step';
import { defaultTraits, installWebGpuNames } from '../../fixtures/nodeWebGpu';

beforeAll(installWebGpuNames);

const classes = [4, 3];

/** Numbers and state of two steps. */
async function train(given: object) {
  const config = resolveConfig({ seed: 3, batchSize: 4, weightDecay: 0, ...given });
  const model = createModel(config, 'dynamic', classes);
  let tensors = 0;
  const metrics: number[][] = [];
  const pixels = Number(config.inputSize);
  for (let step = 0; step < 2; step++) {
    const values = trainStep(
      model,
      {
        ...{ step, size: 4, counts: [4, 4], beginsEpoch: false },
        bytes: Uint8Array.from({ length: 4 * pixels * pixels * 3 }, (_, i) => (i * 37 + (i >> 5) * 11) % 251),
        labels: classes.map(count => Int32Array.from({ length: 4 }, (_, i) => (i + step) % count)),
      },
      step,
    );
    metrics.push(Array.from(await values.data()));
    values.dispose();
    // The first step packs the moving statistics. After it, no step leaves tensors behind.
    if (step === 0) tensors = tf.memory().numTensors;
  }
  expect(tf.memory().numTensors, 'tensors left by a step').toBe(tensors);
  const state = await readState(model);
  disposeModel(model);
  return { metrics, state };
}

test('the tiny network recomputed takes the same steps to the bit, moving statistics included', async () => {
  const given = { preset: 'tiny', inputSize: 16 };
  expect(await train({ ...given, recompute: true })).toEqual(await train(given));
});

test('the Inception-ResNet recomputed takes the same steps within rounding: Z’s gradient adds up branch by branch', async () => {
  const given = { preset: 'mini', inputSize: 32, width: 1 / 16 };
  const [plain, again] = [await train(given), await train({ ...given, recompute: true })];
  expect(again.metrics[0]?.slice(0, 6), 'the first step’s losses, weights and accuracies').toEqual(
    plain.metrics[0]?.slice(0, 6),
  );
  again.state.forEach(({ name, values }, i) => {
    const wanted = plain.state[i]?.values ?? [];
    const scale = Math.max(1e-3, ...Array.from(wanted, Math.abs));
    const worst = Math.max(...Array.from(values, (value, j) => Math.abs(value - (wanted[j] ?? Number.NaN))));
    expect(worst / scale, name).toBeLessThan(1e-4);
  });
});

test('at 160 px and width 1 it saves a quarter of what a run holds, for a quarter more dispatches', () => {
  const [kept, again] = [false, true].map(recompute =>
    stepMemory(defaultTraits(), resolveConfig({ preset: 'paper', recompute }), 'dynamic', [118, 7]),
  );
  if (!kept || !again) throw new Error('two figures expected');
  expect(again.planned / kept.planned).toBeLessThan(0.75);
  expect(again.held / kept.held).toBeLessThan(0.77);
  expect(again.dispatches / kept.dispatches).toBeLessThan(1.3);
});
