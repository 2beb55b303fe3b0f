/** Whole runs on replayed steps: compared, paused, saved, restored, failed. */

import { afterEach, beforeAll, expect, test } from 'vitest';
import { option } from '../../workers/config/options';
import { resolveConfig } from '../../workers/config/resolveConfig';
import type { WeightingId } from '../../workers/config/strategy';
import { createModel, disposeModel } from '../../workers/model/model';
import { columnOf } from '../../workers/protocol/columns';
import type { History } from '../../workers/protocol/runs';
import { BatchStream } from '../../workers/samples/batches';
import { headSizes, prepareData } from '../../workers/samples/prepare';
import * as tf from '../../workers/tf/tf';
import type { Run } from '../../workers/train/run/run';
import { Session } from '../../workers/train/session';
import { trainStep } from '../../workers/train/step/step';
import { Stepper } from '../../workers/train/step/stepper';
import { memoryDataset } from '../fixtures/pixels';
import { source, startRuns } from '../fixtures/startRuns';
import { stateOf } from '../fixtures/stateOf';
import { type WatchedDevice, watchDevice } from '../fixtures/watchedDevice';

let gpu: WatchedDevice;
beforeAll(async () => {
  gpu = await watchDevice();
});
afterEach(() => expect(gpu.errors).toEqual([]));

const given = { seed: 3, steps: 40, batchSize: 8, inputSize: 16, evaluateEvery: 10 };
const ids = ['dynamic', 'naive'] as const satisfies readonly WeightingId[];

/** The results of the same runs with tfjs alone. */
async function eagerHistories(data: ReturnType<typeof memoryDataset>, steps: number) {
  const config = resolveConfig(given);
  const prepared = prepareData(data.index, config, null);
  const stream = new BatchStream(data.pixels, prepared.index, prepared.train, prepared.classes.length, {
    batchSize: option(config, 'batchSize'),
    inputSize: option(config, 'inputSize'),
    seed: option(config, 'seed'),
  });
  const all: { rows: number[][]; state: Record<string, number[]> }[] = [];
  for (const id of ids) {
    const model = createModel({ ...config }, id, headSizes(prepared));
    const rows: number[][] = [];
    for (let step = 0; step < steps; step++) {
      const metrics = trainStep(model, await stream.at(step), step);
      rows.push(Array.from(await metrics.data()).slice(0, 4));
      metrics.dispose();
    }
    all.push({ rows, state: await stateOf(model) });
    disposeModel(model);
  }
  return all;
}

const rowsOf = ({ columns }: History) =>
  columnOf(columns, 'step').map((_, i) =>
    ['loss/identity', 'loss/expression', 'weight/identity', 'weight/expression'].map(
      id => columns[id]?.[i] ?? Number.NaN,
    ),
  );

test('compared runs over 20 steps, with evaluations, equal tfjs’s without, to the bit', async () => {
  const data = memoryDataset();
  const wanted = await eagerHistories(data, 20);
  const session = new Session(data.pixels, () => undefined);
  const advance = async (steps: number) => {
    const { runs } = session;
    for (const run of runs) run.move('resume');
    for (let i = 0; i < steps; i++) for (const run of runs) await run.advance();
    for (const run of runs) {
      run.move('pause');
      await run.settle();
      if (run.error) throw run.error;
    }
  };
  await startRuns(session, ids, given);
  await advance(13);
  await advance(7);
  for (const [i, run] of session.runs.entries()) {
    expect(rowsOf(run.history()), run.model.weightingId).toEqual(wanted[i]?.rows);
    expect(await stateOf(run.model)).toEqual(wanted[i]?.state);
    expect(run.history().evaluations.map(({ step }) => step)).toEqual([10, 20]);
    expect(run.takeUpdate().warnings).toEqual([]);
  }

  for (const run of session.runs) await session.remove(run.id);
  // tfjs keeps freed buffers to use them again. If a second round adds buffers to those, a run did not free them.
  const [buffers, tensors] = [gpu.living.size, tf.memory().numTensors];
  await startRuns(session, ids, given);
  await advance(11);
  for (const run of session.runs) await session.remove(run.id);
  expect(gpu.living.size - buffers, 'buffers left behind').toBe(0);
  expect(tf.memory().numTensors - tensors, 'tensors left behind').toBe(0);
  data.close();
});

test('100 steps of one seed repeat to the bit, also paused, saved, removed and resumed on the way', async () => {
  const data = memoryDataset();
  const session = new Session(data.pixels, () => undefined);
  const config = { ...given, steps: 100, evaluateEvery: 25 };
  const [whole, half] = await startRuns(session, ['dynamic', 'dynamic'], config);
  if (!whole || !half) throw new Error('two runs expected');
  const signal = new AbortController().signal;
  whole.move('resume');
  half.move('resume');
  const looped = session.loop();
  await session.waitForStep(half.id, 30, signal);
  half.move('pause');
  await half.settle();
  expect(half.recordedStep, 'a pause brings back every step issued').toBe(half.step);
  const file = await session.export(half.id, 'safetensors');
  await session.remove(half.id);
  const resumed = await session.restore({ kind: 'file', file, fileName: 'a.safetensors' }, 'memory', source);
  expect(resumed.step).toBeLessThan(60);
  resumed.move('resume');
  await looped;
  await session.loop();
  for (const run of [whole, resumed]) {
    if (run.error) throw run.error;
    expect(run.history().columns.step).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
    expect(run.takeUpdate().warnings).toEqual([]);
  }
  expect(rowsOf(resumed.history())).toEqual(rowsOf(whole.history()));
  expect(resumed.history().evaluations).toEqual(whole.history().evaluations);
  expect(await stateOf(resumed.model)).toEqual(await stateOf(whole.model));
  for (const run of session.runs) await session.remove(run.id);
  data.close();
});

test.each([
  { optimizer: 'adam', learningRate: 0.002 },
  { precision: 'half', recompute: true },
])('a run saved, removed and restored is to the bit the one that went on: %o', async options => {
  const data = memoryDataset();
  const session = new Session(data.pixels, () => undefined);
  const config = { ...given, ...options, evaluateEvery: 0 };
  const [whole, half] = await startRuns(session, ['dynamic', 'dynamic'], config);
  if (!whole || !half) throw new Error('two runs expected');
  const advance = async (run: Run, steps: number) => {
    run.move('resume');
    for (let i = 0; i < steps; i++) await run.advance();
    run.move('pause');
    await run.settle();
    if (run.error) throw run.error;
    expect(run.takeUpdate().warnings, 'its steps are replayed').toEqual([]);
  };
  await advance(whole, 9);
  await advance(half, 4);
  const file = await session.export(half.id, 'safetensors');
  await session.remove(half.id);
  const resumed = await session.restore({ kind: 'file', file, fileName: 'a.safetensors' }, 'memory', source);
  expect(resumed.model.config).toEqual(whole.model.config);
  await advance(resumed, 5);
  expect(rowsOf(resumed.history())).toEqual(rowsOf(whole.history()));
  expect(await stateOf(resumed.model)).toEqual(await stateOf(whole.model));
  for (const run of session.runs) await session.remove(run.id);
  data.close();
});

test('a loss that is no number fails the run at its own step, however many were issued after it', async () => {
  const data = memoryDataset();
  const session = new Session(data.pixels, () => undefined);
  const [run] = await startRuns(session, ['dynamic'], given);
  const parameter = run?.model.network.parameters[0]?.variable;
  if (!run || !parameter) throw new Error('a run expected');
  run.move('resume');
  for (let i = 0; i < 9; i++) await run.advance();
  run.move('pause');
  await run.settle();
  tf.tidy(() => parameter.assign(tf.fill(parameter.shape, Number.NaN)));
  run.move('resume');
  await session.loop();
  expect(run.phase).toBe('failed');
  expect(run.error?.message).toMatch(/is NaN at step 10\./);
  expect(run.history().columns.step).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  await session.remove(run.id);
  data.close();
});

test('a run whose losses do not come back is some steps ahead of them and keeps no other run waiting', async () => {
  const data = memoryDataset();
  const session = new Session(data.pixels, () => undefined);
  const config = { ...given, steps: 60, evaluateEvery: 0 };
  const [held, free] = await startRuns(session, ['dynamic', 'dynamic'], config);
  if (!held || !free) throw new Error('two runs expected');

  const { mapAsync } = GPUBuffer.prototype;
  const { step } = Stepper.prototype;
  let heldStepper: Stepper | undefined;
  let stepping: Stepper | undefined;
  let gate: Promise<void> | undefined;
  let open = () => {};
  Stepper.prototype.step = function (batch, at) {
    heldStepper ??= this;
    stepping = this;
    const result = step.call(this, batch, at);
    stepping = undefined;
    return result;
  };
  GPUBuffer.prototype.mapAsync = async function (...args) {
    if (gate && stepping === heldStepper) await gate;
    return mapAsync.apply(this, args);
  };
  try {
    const signal = new AbortController().signal;
    held.move('resume');
    free.move('resume');
    const looped = session.loop();
    await session.waitForStep(free.id, 8, signal);
    gate = new Promise(resolve => {
      open = resolve;
    });
    await session.waitForStep(free.id, 60, signal);
    expect(held.phase).toBe('running');
    expect(held.recordedStep).toBeLessThan(30);
    expect(held.step - held.recordedStep, 'steps uploaded and issued meanwhile').toBeGreaterThanOrEqual(3);
    expect(held.step, 'no more than two read-backs ahead').toBeLessThan(40);
    open();
    await looped;
  } finally {
    open();
    GPUBuffer.prototype.mapAsync = mapAsync;
    Stepper.prototype.step = step;
  }
  expect([held.phase, free.phase]).toEqual(['finished', 'finished']);
  expect(rowsOf(held.history())).toEqual(rowsOf(free.history()));
  for (const run of session.runs) await session.remove(run.id);
  data.close();
});
