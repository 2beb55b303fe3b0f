/** Compares recorded and replayed steps of one model with those of tfjs. */

import { afterEach, beforeAll, expect, test } from 'vitest';
import { resolveConfig } from '../../workers/config/resolveConfig';
import { createModel, disposeModel, readState } from '../../workers/model/model';
import * as tf from '../../workers/tf/tf';
import { trainStep } from '../../workers/train/step/step';
import { Stepper } from '../../workers/train/step/stepper';
import { expectReplays } from '../fixtures/replayedSteps';
import { stateOf } from '../fixtures/stateOf';
import { given, noise, stepVariants } from '../fixtures/stepVariants';
import { type WatchedDevice, watchDevice } from '../fixtures/watchedDevice';

let gpu: WatchedDevice;
beforeAll(async () => {
  gpu = await watchDevice();
});
afterEach(() => expect(gpu.errors).toEqual([]));

test.each(stepVariants)(
  '$weighting with $optimizer ($options): replayed steps equal tfjs’s to the bit, live options changed and tasks absent on the way',
  variant =>
    expectReplays(variant, async stepper => {
      expect(stepper.warning).toBeNull();
      const before = gpu.counts.submits;
      await stepper.step(noise(14), 14);
      expect(gpu.counts.submits - before, 'submits of a replayed step').toBe(1);
    }),
);

test('a recomputing step equals one that keeps its activations to the bit: no moving statistic moves twice', async () => {
  const states = [];
  for (const recompute of [false, true]) {
    const model = createModel(resolveConfig({ ...given, recompute }), 'equal', [4, 3]);
    for (let step = 0; step < 2; step++) trainStep(model, noise(step), step).dispose();
    states.push(await stateOf(model));
    disposeModel(model);
  }
  expect(states[1]).toEqual(states[0]);
});

test('a step that a replay gets wrong goes on by tfjs, untouched, and the run says so', async () => {
  const [eager, stepped] = [0, 1].map(() => {
    const model = createModel(resolveConfig(given), 'dynamic', [4, 3]);
    const [, b] = model.weighting.variables;
    if (!b) throw new Error('the unit has a bias');
    let calls = 0;
    // A recorded step repeats a number from JavaScript as it was when it was recorded.
    const update = () => b.variable.assign(tf.fill(b.variable.shape, 0.01 * ++calls));
    Object.assign(model.weighting, { update });
    return model;
  });
  if (!eager || !stepped) throw new Error('two models expected');
  const stepper = new Stepper(stepped);
  for (let step = 0; step < 8; step++) {
    const metrics = trainStep(eager, noise(step), step);
    const wanted = Array.from(await metrics.data());
    metrics.dispose();
    expect((await stepper.step(noise(step), step)).values, `step ${step}`).toEqual(wanted);
  }
  expect(stepper.replays).toBe(false);
  expect(stepper.warning).toMatch(/not replayed: a replayed step differed/);
  stepper.dispose();
  disposeModel(eager);
  disposeModel(stepped);
});

test('while it replays, a run holds its state, its inputs and the planned values, and nothing for tfjs', async () => {
  const bytes = () => [...gpu.living].reduce((sum, { size }) => sum + size, 0);
  const model = createModel(resolveConfig({ ...given, inputSize: 32 }), 'dynamic', [4, 3]);
  for (const { variable } of model.network.parameters) await variable.data(); // on the GPU before the first step
  const batch = { ...noise(0), bytes: new Uint8Array(8 * 32 * 32 * 3).map((_, i) => i % 251) };
  const before = bytes();
  const stepper = new Stepper(model);
  for (let step = 0; step < 8; step++) await stepper.step(batch, step);
  expect(stepper.replays).toBe(true);
  const { recorded, planned, fixed } = stepper.memory ?? { recorded: 0, planned: 0, fixed: 0 };
  const state = (await readState(model)).reduce((sum, { values }) => sum + values.byteLength, 0);
  const held = bytes() - before;
  expect(planned).toBeLessThan(0.7 * recorded);
  expect(held).toBeLessThan(planned + fixed + batch.bytes.byteLength + 1.5 * state);
  stepper.dispose();
  disposeModel(model);
});
