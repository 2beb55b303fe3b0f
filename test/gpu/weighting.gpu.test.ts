import { afterEach, beforeAll, expect, test } from 'vitest';
import * as tf from '../../workers/tf/tf';
import type { WeightingEntry } from '../../workers/weighting/weighting';
import { WEIGHTINGS } from '../../workers/weighting/weightings';
import { expectClose } from '../fixtures/expectClose';
import { type WatchedDevice, watchDevice } from '../fixtures/watchedDevice';
import { contextOf, miniature } from '../unit/weighting/fixture';

let gpu: WatchedDevice;
beforeAll(async () => {
  gpu = await watchDevice();
});
afterEach(() => expect(gpu.errors).toEqual([]));

const tasks = 3;
const variants = (Object.entries(WEIGHTINGS) as [string, WeightingEntry][]).flatMap(([id, entry]) => [
  { id, entry, options: {} },
  ...('unit.init' in entry.options
    ? [
        { id: `${id}, logits`, entry, options: { 'unit.init': 'xavier', 'unit.normaliseLogits': true } },
        {
          id: `${id}, plain`,
          entry,
          options: { 'unit.init': 'xavier', 'unit.normaliseZ': false, 'unit.clipNorm': 0 },
        },
        { id: `${id}, toy example`, entry, options: { 'unit.only': 'identification', weightDecay: 0.1 } },
      ]
    : []),
  ...('unit.weightsReachTrunk' in entry.options
    ? [
        {
          ...{ id: `${id}, reaching the trunk`, entry },
          options: { 'unit.init': 'xavier', 'unit.weightsReachTrunk': true, 'unit.gradient': 'printed' },
        },
      ]
    : []),
]);

async function record(backend: 'webgpu' | 'cpu', { entry, options }: (typeof variants)[number]) {
  await tf.setBackend(backend);
  const weighting = entry.create(contextOf(tasks, options));
  const run = miniature(weighting, tasks, entry.needs);
  const created = tf.memory().numTensors;
  const values: number[] = [];
  for (let i = 0; i < 4; i++) {
    const weights = run.stepOnDevice(i, [true, i !== 2, true]);
    values.push(...(await weights.data()));
    weights.dispose();
  }
  expect(tf.memory().numTensors).toBe(created);
  for (const { variable } of weighting.variables) values.push(...(await variable.data()));
  values.push(...(await run.trunk.data()));
  run.dispose();
  weighting.dispose();
  return values;
}

// Four steps of float32 arithmetic whose values stay near 1: the orders of summation differ by a few 1e-7 a step.
test.each(variants)(
  '$id: weights, Ψ and trunk on WebGPU equal the cpu backend’s, one task absent once',
  async variant => {
    const cpu = await record('cpu', variant);
    expectClose(await record('webgpu', variant), cpu, 1e-5);
  },
);
