import '../fixtures/moreKernels';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { compileStep } from '../../workers/gpu/capture/compileStep';
import { upload } from '../../workers/gpu/ownBackend';
import * as tf from '../../workers/tf/tf';
import { yieldToMessages } from '../../workers/train/run/yieldToMessages';
import { Session } from '../../workers/train/session';
import { gate } from '../fixtures/gate';
import { type MemoryDataset, memoryDataset } from '../fixtures/pixels';
import { type WatchedDevice, watchDevice } from '../fixtures/watchedDevice';

let gpu: WatchedDevice;
beforeAll(async () => {
  gpu = await watchDevice();
});
afterEach(() => expect(gpu.errors).toEqual([]));

/** Counts the programs that are compiled during `work`. All of them must be different. */
async function countCompiled(work: () => Promise<unknown>) {
  const { device } = gpu.backend;
  const compiled = { waitedFor: 0, ahead: 0 };
  const texts: string[] = [];
  const { createComputePipeline, createComputePipelineAsync, createShaderModule } = device;
  device.createShaderModule = descriptor => {
    texts.push(descriptor.code);
    return createShaderModule.call(device, descriptor);
  };
  device.createComputePipeline = descriptor => {
    compiled.waitedFor++;
    return createComputePipeline.call(device, descriptor);
  };
  device.createComputePipelineAsync = descriptor => {
    compiled.ahead++;
    return createComputePipelineAsync.call(device, descriptor);
  };
  try {
    await work();
  } finally {
    Object.assign(device, { createComputePipeline, createComputePipelineAsync, createShaderModule });
  }
  expect(new Set(texts).size, 'none is compiled twice').toBe(texts.length);
  return compiled;
}

const start = (session: Session, weightings: string[], options: object) =>
  session.create({
    datasetId: 'memory',
    datasetSource: { kind: 'files', files: [] },
    config: { seed: 5, batchSize: 5, steps: 7, ...options },
    weightings,
  });

/** Of runs of seven steps from their creation to the evaluation at their end. */
async function compiledBy({ pixels }: MemoryDataset, weightings: string[], options: object) {
  const session = new Session(pixels, () => undefined);
  const compiled = await countCompiled(async () => {
    for (const run of await start(session, weightings, options)) run.move('resume');
    await session.loop();
  });
  for (const run of session.runs) {
    if (run.error) throw run.error;
    expect(run.history().evaluations.map(({ step }) => step)).toEqual([7]);
    expect(run.takeUpdate().warnings).toEqual([]);
    await session.remove(run.id);
  }
  return compiled;
}

test.each(['float32', 'half'])(
  'in %s compared runs, their evaluations included, wait for no program; a later run compiles none',
  async precision => {
    const data = memoryDataset();
    // No other test uses these shapes, so their programs are not compiled yet.
    const options = { inputSize: 20, precision };
    const { waitedFor, ahead } = await compiledBy(data, ['dynamic', 'equal'], options);
    expect(waitedFor).toBe(0);
    expect(ahead).toBeGreaterThan(20);
    expect(await compiledBy(data, ['dynamic'], options)).toEqual({ waitedFor: 0, ahead: 0 });
    data.close();
  },
);

test('an evaluation before the first step waits for no program and shows how many are ready; the steps compile the rest', async () => {
  const data = memoryDataset();
  const session = new Session(data.pixels, () => undefined);
  const [run] = await start(session, ['equal'], { inputSize: 22 });
  if (!run) throw new Error('a run expected');
  const progress: { ready: number; all: number }[] = [];
  const { waitedFor, ahead } = await countCompiled(async () => {
    let done = false;
    const evaluated = run.evaluate().finally(() => {
      done = true;
    });
    while (!done) {
      const { compiling } = run.takeUpdate();
      if (compiling) progress.push(compiling);
      await yieldToMessages();
    }
    await evaluated;
  });
  expect(progress[0]?.all).toBe(ahead);
  expect(progress.at(-1)?.ready).toBeGreaterThan(progress[0]?.ready ?? 0);
  expect([waitedFor, run.phase, run.step]).toEqual([0, 'paused', 0]);
  expect(run.takeUpdate().compiling).toBeUndefined();
  const rest = await countCompiled(() => session.step(run.id));
  expect(rest.waitedFor).toBe(0);
  expect(rest.ahead).toBeGreaterThan(ahead);
  await session.remove(run.id);
  data.close();
});

test('while the programs of one run compile, the other steps to its end; then the first begins', async () => {
  const data = memoryDataset();
  const session = new Session(data.pixels, () => undefined);
  const [free] = await start(session, ['equal'], { inputSize: 16, evaluateEvery: 0 });
  if (!free) throw new Error('a run expected');
  await session.step(free.id);
  const [held] = await start(session, ['equal'], { inputSize: 18, steps: 2 });
  if (!held) throw new Error('a run expected');
  const { device } = gpu.backend;
  const { createComputePipelineAsync } = device;
  const compiler = gate();
  device.createComputePipelineAsync = async descriptor => {
    await compiler.opened;
    return createComputePipelineAsync.call(device, descriptor);
  };
  try {
    held.move('resume');
    free.move('resume');
    const looped = session.loop();
    await session.waitForStep(free.id, 7, new AbortController().signal);
    const { phase, compiling } = held.takeUpdate();
    expect([phase, held.step, compiling?.ready]).toEqual(['running', 0, 0]);
    expect(compiling?.all).toBeGreaterThan(5);
    compiler.open();
    await looped;
  } finally {
    compiler.open();
    Object.assign(device, { createComputePipelineAsync });
  }
  expect([held.phase, held.recordedStep, free.phase]).toEqual(['finished', 2, 'finished']);
  for (const run of session.runs) await session.remove(run.id);
  data.close();
});

test('what a step began to compile before it threw is there for the next one', async () => {
  const x = tf.tensor1d([0, 1, 2]);
  upload([x]);
  const compiled = await countCompiled(async () => {
    const broken = () => {
      tf.dispose(tf.erf(x));
      throw new Error('midway');
    };
    await expect(compileStep(gpu.backend, broken)).rejects.toThrow('midway');
    await compileStep(gpu.backend, () => [tf.erf(x)]);
  });
  expect(compiled).toEqual({ waitedFor: 0, ahead: 1 });
  const erf = tf.erf(x);
  expect((await erf.data())[1]).toBeCloseTo(0.8427, 3);
  tf.dispose([x, erf]);
});
