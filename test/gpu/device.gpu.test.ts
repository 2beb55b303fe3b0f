import { expect, test } from 'vitest';
import { startDevice } from '../../workers/executor/device';
import { startWebGpu } from '../../workers/gpu/device';
import type { AppError } from '../../workers/protocol/errors';
import * as tf from '../../workers/tf/tf';
import type { WebGPUBackend } from '../../workers/tf/webgpu';
import { Session } from '../../workers/train/session';
import { memoryDataset } from '../fixtures/pixels';
import { startRuns } from '../fixtures/startRuns';

test("the backend takes the adapter's own limits: a paper-sized activation is 136 MB in one binding", async () => {
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter)
    throw new Error('no WebGPU adapter: GPU tests need Chromium with --enable-unsafe-webgpu (see README)');
  const device = await startDevice(() => undefined, 'webgpu');
  expect(device).toMatchObject({ backend: 'webgpu', why: null });
  expect(device.limits).toEqual({
    maxBufferSize: adapter.limits.maxBufferSize,
    maxStorageBufferBindingSize: adapter.limits.maxStorageBufferBindingSize,
  });
  expect(device.adapter).not.toBe('');
});

test('an adapter that computes on the CPU gives way to WebAssembly where that is faster, and the reason is said', async () => {
  const device = await startDevice(() => undefined);
  expect(device.backend).toBe('wasm');
  expect(device.why).toMatch(/swiftshader.*computes on the CPU: WebAssembly is [\d.]+ times as fast/i);
  expect(tf.getBackend()).toBe('seesaw-wasm');
});

test('a command that the GPU refuses is reported, not trained on', async () => {
  const failures: AppError[] = [];
  await startWebGpu(error => failures.push(error));
  const { device } = tf.backend() as WebGPUBackend;
  // A buffer that can be mapped for reading may otherwise only be the destination of a copy.
  device.createBuffer({ size: 4, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.STORAGE });
  await device.queue.onSubmittedWorkDone();
  await expect.poll(() => failures.map(({ code }) => code)).toEqual(['device/refused']);
});

test('without navigator.gpu WebAssembly takes over, and the reason and the way to turn WebGPU on are said', async () => {
  const gpu = Object.getOwnPropertyDescriptor(Navigator.prototype, 'gpu');
  if (!gpu) throw new Error('Navigator.prototype.gpu expected');
  Object.defineProperty(Navigator.prototype, 'gpu', { configurable: true, get: () => undefined });
  try {
    const device = await startDevice(() => undefined);
    expect(device.backend).toBe('wasm');
    expect(device.why).toMatch(/this browser has no WebGPU.*chrome:\/\/flags/);
  } finally {
    Object.defineProperty(Navigator.prototype, 'gpu', gpu);
  }
});

test('a NaN in the trunk fails the run on WebGPU too, where max(NaN, 0) may be 0', async () => {
  await startWebGpu(() => undefined);
  const data = memoryDataset();
  const session = new Session(data.pixels, () => undefined);
  const [run] = await startRuns(session, ['equal'], { steps: 4, batchSize: 6, inputSize: 16 });
  if (!run) throw new Error('a run expected');
  const kernel = run.model.network.parameters[0]?.variable;
  if (!kernel) throw new Error('a parameter expected');
  tf.tidy(() => kernel.assign(tf.fill(kernel.shape, Number.NaN)));
  await session.step(run.id);
  expect(run.phase).toBe('failed');
  expect(run.error?.message).toMatch(/is NaN at step 1\. Lower the learning rate/);
  await session.remove(run.id);
  data.close();
});
