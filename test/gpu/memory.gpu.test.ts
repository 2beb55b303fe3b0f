import * as tf from '@tensorflow/tfjs';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startDevice } from '../../workers/gpu/device';
import type { Batch } from '../../workers/train/batches';
import { MemoryEstimator } from '../../workers/train/memoryEstimate';
import { createModel, disposeModel } from '../../workers/train/model';
import { option } from '../../workers/train/options';
import { resolveConfig } from '../../workers/train/resolveConfig';
import { Session } from '../../workers/train/session';
import { Stepper } from '../../workers/train/stepper';
import type { WeightingId } from '../../workers/train/strategy';
import { type BufferCount, countBuffers } from '../fixtures/countBuffers';
import { limitMemory } from '../fixtures/limitMemory';
import { memoryDataset } from '../fixtures/pixels';

const gpuErrors: string[] = [];
let device: GPUDevice;
let buffers: BufferCount;

beforeEach(async () => {
  const started = await startDevice(error => gpuErrors.push(error.message));
  const backend = tf.backend();
  if (started.backend !== 'webgpu' || !(backend instanceof WebGPUBackend))
    throw new Error(`GPU tests need WebGPU: ${started.fallback}`);
  device = backend.device;
  buffers = countBuffers(device);
});
afterEach(() => expect(gpuErrors).toEqual([]));

/** Every program does nothing from now on: all buffers are real, but nobody waits for hundreds of compilations. */
function runNothing(): void {
  const module = device.createShaderModule({ code: '@compute @workgroup_size(1) fn main() {}' });
  const pipeline = device.createComputePipeline({ layout: 'auto', compute: { module } });
  const group = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries: [] });
  device.createShaderModule = () => module;
  device.createComputePipeline = () => pipeline;
  device.createComputePipelineAsync = () => Promise.resolve(pipeline);
  device.createBindGroup = () => group;
}

const classes = [5, 3];
const batchOf = (size: number, pixels: number, step: number): Batch => ({
  ...{ step, size },
  bytes: Uint8Array.from({ length: size * pixels * pixels * 3 }, (_, i) => (37 * i + step) % 251),
  labels: classes.map(count => Int32Array.from({ length: size }, (_, i) => i % count)),
  counts: [size, size],
});

/** Runs up to their first replayed step, and what they allocated: when they replay, and at most. */
async function allocate(given: object, ids: readonly WeightingId[]): Promise<{ held: number; peak: number }> {
  const config = resolveConfig(given);
  const before = buffers.bytes();
  buffers.takePeak();
  const models = ids.map(id => createModel(config, id, classes));
  const steppers = models.map(model => new Stepper(model));
  const batch = (step: number) => batchOf(option(config, 'batchSize'), option(config, 'inputSize'), step);
  try {
    for (let step = 0; step < 6; step++)
      for (const stepper of steppers) {
        if (step === 0) await stepper.prepare(batch(0), 0);
        await stepper.step(batch(step), step);
      }
    expect(steppers.map(({ warning, replays }) => warning ?? replays)).toEqual(ids.map(() => true));
    return { held: buffers.bytes() - before, peak: buffers.takePeak() - before };
  } finally {
    for (const stepper of steppers) stepper.dispose();
    models.forEach(disposeModel);
  }
}

function expectPredicted(
  given: object,
  ids: readonly WeightingId[],
  allocated: { held: number; peak: number },
) {
  const before = buffers.bytes();
  const estimate = new MemoryEstimator().estimate(resolveConfig(given), ids, classes);
  expect(buffers.bytes(), 'a rehearsal costs no GPU memory').toBe(before);
  expect(estimate?.problem).toBeNull();
  for (const what of ['held', 'peak'] as const) {
    const ratio = (estimate?.[what] ?? 0) / allocated[what];
    expect(ratio, `${what}: ${estimate?.[what]} predicted, ${allocated[what]} allocated`).toBeGreaterThan(
      0.9,
    );
    expect(ratio, `${what}: ${estimate?.[what]} predicted, ${allocated[what]} allocated`).toBeLessThan(1.1);
  }
}

const pair = ['dynamic', 'naive'] as const;

test('two compared tiny runs allocate what a rehearsal predicts, held and at most', async () => {
  const given = { preset: 'tiny', inputSize: 16, batchSize: 6 };
  expectPredicted(given, pair, await allocate(given, pair));
});

test.each([
  { preset: 'tiny', batchSize: 8 },
  { preset: 'tiny', batchSize: 48 },
  { preset: 'mini', batchSize: 4 },
  { preset: 'mini', batchSize: 24 },
  { preset: 'mini', batchSize: 24, precision: 'half' },
  { preset: 'small', width: 1 / 16, batchSize: 3 },
  { preset: 'small', width: 1 / 16, batchSize: 12 },
])('%o allocates what a rehearsal predicts', async given => {
  runNothing();
  expectPredicted(given, ['dynamic'], await allocate(given, ['dynamic']));
});

test('a run that finds the GPU full fails alone and says what to try; the other goes on to the bit', async () => {
  const data = memoryDataset();
  const session = new Session(data.pixels, () => undefined);
  const start = (batchSize: number, steps = 30) =>
    session.create({
      datasetId: 'memory',
      datasetSource: { kind: 'files', files: [] },
      config: { seed: 3, steps, batchSize, inputSize: 16, evaluateEvery: 0 },
      weightings: ['equal'],
    });
  const [alone, small] = [...(await start(4)), ...(await start(4))];
  if (!alone || !small) throw new Error('two runs expected');
  for (let step = 0; step < 8; step++) for (const run of [alone, small]) await session.step(run.id);
  const [large] = await start(16);
  if (!large) throw new Error('a run expected');
  const giveBack = limitMemory(device, buffers, buffers.bytes() + 200_000);
  await session.step(large.id);
  expect(large.phase).toBe('failed');
  expect(large.error?.code).toBe('memory/full');
  expect(large.error?.message).toMatch(/with batch 16 this run asked for .* MB at once.* with batch 8/);
  await session.step(small.id);
  giveBack();
  await session.step(alone.id);
  expect(small.history().losses).toEqual(alone.history().losses);
  expect(small.history().step).toHaveLength(9);

  const giveBackAgain = limitMemory(device, buffers, buffers.bytes() + 1000);
  const held = tf.memory().numTensors;
  await expect(start(16)).rejects.toMatchObject({ code: 'memory/full' });
  expect(tf.memory().numTensors, 'the run that was not created').toBe(held);
  giveBackAgain();
  const [later] = await start(2, 6);
  if (!later) throw new Error('a run expected');
  for (let step = 0; step < 6; step++) await session.step(later.id);
  expect(later.error).toBeNull();
  expect(Object.values(later.history().losses).flat().every(Number.isFinite)).toBe(true);
  expect(later.history().step).toHaveLength(6);
  for (const run of session.runs) await session.remove(run.id);
  data.close();
});
