import { afterEach, beforeEach, expect, test } from 'vitest';
import { option } from '../../workers/config/options';
import { resolveConfig } from '../../workers/config/resolveConfig';
import type { WeightingId } from '../../workers/config/strategy';
import { ForwardPass } from '../../workers/evaluate/forwardPass';
import { startWebGpu } from '../../workers/gpu/device';
import { traitsOf } from '../../workers/gpu/rehearsal/countingDevice';
import { createModel, disposeModel } from '../../workers/model/model';
import { byTask } from '../../workers/protocol/columns';
import type { Batch } from '../../workers/samples/batches';
import * as tf from '../../workers/tf/tf';
import type { WebGPUBackend } from '../../workers/tf/webgpu';
import { MemoryEstimator } from '../../workers/train/memory/memoryEstimate';
import { stepMemory, togetherOf } from '../../workers/train/memory/stepMemory';
import { Session } from '../../workers/train/session';
import { Stepper } from '../../workers/train/step/stepper';
import { type BufferCount, countBuffers } from '../fixtures/countBuffers';
import { limitMemory } from '../fixtures/limitMemory';
import { memoryDataset } from '../fixtures/pixels';
import { startRuns } from '../fixtures/startRuns';

const gpuErrors: string[] = [];
let device: GPUDevice;
let buffers: BufferCount;

beforeEach(async () => {
  await startWebGpu(error => gpuErrors.push(error.message));
  device = (tf.backend() as WebGPUBackend).device;
  buffers = countBuffers(device);
});
afterEach(() => expect(gpuErrors).toEqual([]));

/**
 * From now on, every program does nothing. All buffers are real, but the test need not wait for hundreds of compilations.
 */
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
  ...{ step, size, beginsEpoch: false },
  bytes: Uint8Array.from({ length: size * pixels * pixels * 3 }, (_, i) => (37 * i + step) % 251),
  labels: classes.map(count => Int32Array.from({ length: size }, (_, i) => i % count)),
  counts: [size, size],
});

type Allocated = Record<'held' | 'scoring' | 'peak', number>;

/** Runs up to their first replayed step and evaluated at the same time, and the bytes that they allocated. */
async function allocate(given: object, ids: readonly WeightingId[]): Promise<Allocated> {
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
    const [held, peak] = [buffers.bytes() - before, buffers.takePeak() - before];
    const { size, bytes } = batch(0);
    const passes = models.map(model => new ForwardPass(model, size, 3));
    for (let i = 0; i < 3; i++) await Promise.all(passes.map(pass => pass.run(bytes, size)));
    const scoring = buffers.takePeak() - before;
    for (const pass of passes) pass.dispose();
    expect(passes.map(({ warning }) => warning)).toEqual(ids.map(() => null));
    return { held, scoring, peak };
  } finally {
    for (const stepper of steppers) stepper.dispose();
    models.forEach(disposeModel);
  }
}

function expectPredicted(given: object, ids: readonly WeightingId[], allocated: Allocated) {
  const before = buffers.bytes();
  const config = resolveConfig(given);
  const estimate = new MemoryEstimator().estimate(config, ids, classes);
  const predicted = togetherOf(ids.map(id => stepMemory(traitsOf(device), config, id, classes)));
  expect(buffers.bytes(), 'a rehearsal costs no GPU memory').toBe(before);
  expect(estimate).toEqual({ held: predicted.held, peak: predicted.peak, others: 0, problem: null });
  for (const what of ['held', 'scoring', 'peak'] as const) {
    const ratio = predicted[what] / allocated[what];
    const figures = `${what}: ${predicted[what]} predicted, ${allocated[what]} allocated`;
    expect(ratio, figures).toBeGreaterThan(0.9);
    expect(ratio, figures).toBeLessThan(1.1);
  }
}

const pair = ['dynamic', 'naive'] as const;

test('two compared tiny runs allocate what a rehearsal predicts: held, scoring at the same time, and at most', async () => {
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
  const config = { seed: 3, inputSize: 16, evaluateEvery: 0 };
  const start = (batchSize: number, steps = 30) =>
    startRuns(session, ['equal'], { ...config, steps, batchSize });
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
  await expect(session.export(small.id, 'safetensors')).rejects.toMatchObject({
    code: 'memory/full',
    message: expect.stringMatching(/ MB that this takes for a moment\. Remove other runs, then try again/),
  });
  giveBack();
  expect(small.phase, 'a save that finds no room harms nothing').toBe('paused');
  const estimate = (batchSize: number) =>
    session.estimateMemory({ datasetId: 'memory', config: { ...config, batchSize }, weightings: ['equal'] });
  const { problem, others = 0 } = (await estimate(16)) ?? {};
  expect(others).toBe(session.runs.reduce((bytes, { held }) => bytes + held, 0));
  expect(problem).toMatchObject({ code: 'memory/full', refuses: false });
  expect((await estimate(problem?.batchSize ?? 16))?.problem).toBeNull();
  await session.step(alone.id);
  expect(byTask(small.history().columns, 'loss')).toEqual(byTask(alone.history().columns, 'loss'));
  expect(small.history().columns.step).toHaveLength(9);

  const giveBackAgain = limitMemory(device, buffers, buffers.bytes() + 1000);
  const held = tf.memory().numTensors;
  await expect(start(16)).rejects.toMatchObject({ code: 'memory/full' });
  expect(tf.memory().numTensors, 'the run that was not created').toBe(held);
  giveBackAgain();
  const [later] = await start(2, 6);
  if (!later) throw new Error('a run expected');
  for (let step = 0; step < 6; step++) await session.step(later.id);
  expect(later.error).toBeNull();
  const losses = Object.values(byTask(later.history().columns, 'loss')).flat();
  expect(losses.length > 0 && losses.every(Number.isFinite)).toBe(true);
  expect(later.history().columns.step).toHaveLength(6);
  for (const run of session.runs) await session.remove(run.id);
  data.close();
});

test('a run that the GPU has no room to create is remembered: its estimate says so', async () => {
  const data = memoryDataset();
  const session = new Session(data.pixels, () => undefined);
  const config = { seed: 3, inputSize: 16, evaluateEvery: 0, batchSize: 8 };
  const giveBack = limitMemory(device, buffers, buffers.bytes() + 1000);
  await expect(startRuns(session, ['equal', 'naive'], config)).rejects.toMatchObject({ code: 'memory/full' });
  giveBack();
  const estimate = (weightings: string[]) =>
    session.estimateMemory({ datasetId: 'memory', config, weightings });
  expect((await estimate(['equal', 'naive']))?.problem).toMatchObject({
    code: 'memory/full',
    refuses: false,
  });
  expect((await estimate(['equal']))?.problem, 'one alone needs less').toBeNull();
  data.close();
});
