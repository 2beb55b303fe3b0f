import { expect, inject, test } from 'vitest';
import { startWebGpu } from '../../workers/gpu/device';
import * as tf from '../../workers/tf/tf';
import { WebGPUBackend } from '../../workers/tf/webgpu';
import { Session } from '../../workers/train/session';
import { type BufferCount, countBuffers } from '../fixtures/countBuffers';
import { memoryDataset } from '../fixtures/pixels';
import { startRuns } from '../fixtures/startRuns';

declare module 'vitest' {
  interface ProvidedContext {
    leakSteps: number;
  }
}

/** `npm run leaks` does all steps; `npm test` does only as many as take a few seconds. */
const steps = inject('leakSteps');

const heapBytes = (): number | null => {
  const memory: unknown = Reflect.get(performance, 'memory');
  return typeof memory === 'object' && memory ? Number(Reflect.get(memory, 'usedJSHeapSize')) : null;
};

function take(buffers: BufferCount) {
  const { numTensors, numDataBuffers, numBytes } = tf.memory();
  const lasting = [...buffers.living].filter(({ usage }) => !(usage & GPUBufferUsage.MAP_READ));
  return {
    ...{ tensors: numTensors, tensorData: numDataBuffers, tensorBytes: numBytes },
    ...{ gpuBuffers: lasting.length, gpuBytes: lasting.reduce((bytes, { size }) => bytes + size, 0) },
  };
}

test(`two compared runs after ${steps} steps have the tensors, buffers and bytes they had at step 10, and once they are over their state alone`, {
  timeout: 1_800_000,
}, async () => {
  const errors: string[] = [];
  await startWebGpu(error => errors.push(error.message));
  const backend = tf.backend();
  if (!(backend instanceof WebGPUBackend)) throw new Error('GPU tests need WebGPU');
  const buffers = countBuffers(backend.device);
  const data = memoryDataset();
  const session = new Session(data.pixels, () => undefined);
  const runs = await startRuns(session, ['dynamic', 'naive'], {
    seed: 3,
    steps: 2 * steps,
    batchSize: 2,
    inputSize: 16,
    evaluateEvery: 5,
  });
  for (let step = 0; step < 10; step++) for (const run of runs) await session.step(run.id);
  const [before, heapBefore] = [take(buffers), heapBytes()];
  for (const run of runs) {
    run.setOption('evaluateEvery', 100);
    run.move('resume');
  }
  const looped = session.loop();
  for (const run of runs) {
    await session.waitForStep(run.id, steps, new AbortController().signal);
    run.move('pause');
  }
  await looped;
  const [after, heapAfter] = [take(buffers), heapBytes()];
  console.info(JSON.stringify({ steps, before, after, heapBefore, heapAfter }));
  for (const run of runs) {
    if (run.error) throw run.error;
    expect(run.recordedStep).toBeGreaterThanOrEqual(steps);
    // After thousands of steps on small batches of noise the unit may be saturated. This does not matter: the steps are
    // still replayed.
    expect(run.takeUpdate().warnings.join(' ')).not.toContain('not replayed');
  }
  expect(after).toEqual(before);
  // There may be as many as the largest number of read-backs at the same time. A leak would be one for each, so hundreds.
  expect(buffers.living.size - after.gpuBuffers, 'buffers that carry results back').toBeLessThan(40);

  const [kept] = runs;
  if (!kept) throw new Error('a run expected');
  const all = buffers.living.size;
  const file = new File([await session.export(kept.id, 'safetensors')], 'kept');
  expect(take(buffers), 'after an export').toEqual(after);
  expect(buffers.living.size, 'buffers that carried weights back').toBe(all);
  const source = { kind: 'files' as const, files: [] };
  const restore = async () => {
    const { id } = await session.restore({ kind: 'file', file, fileName: 'kept' }, 'memory', source);
    await session.remove(id);
  };
  await restore();
  expect(take(buffers), 'after a restore').toEqual(after);

  for (const run of runs) {
    run.move('stop');
    await run.settle();
  }
  const state = runs.reduce((bytes, run) => bytes + run.held, 0);
  expect(take(buffers).gpuBytes / state, `of ${state} bytes foreseen`).toBeCloseTo(1, 1);
  expect(errors).toEqual([]);
  for (const run of runs) await session.remove(run.id);
  data.close();
});
