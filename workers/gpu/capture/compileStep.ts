/**
 * @file Compiles all programs of a step at once, each beside the others. Without this the first step waits for one
 * after the other: half a minute for a network of 200.
 */
import * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { inScratch } from './allocator';
import { Homes } from './homes';

/** tfjs's switch: programs are compiled asynchronously and not run. */
const compileOnly = 'WEBGPU_ENGINE_COMPILE_ONLY';

/**
 * Goes through `step` without running anything on the GPU; variables it assigns keep their values. Programs that are
 * known cost nothing. One that does not compile is left to the step itself, which will report it.
 * @param onProgress hears how many programs of all are ready.
 */
export async function compileStep(
  backend: WebGPUBackend,
  step: () => readonly tf.Tensor[],
  onProgress: (ready: number, all: number) => void = () => undefined,
): Promise<number> {
  const { device } = backend;
  const compiling: Promise<unknown>[] = [];
  const create = device.createComputePipelineAsync;
  device.createComputePipelineAsync = descriptor => {
    const pipeline = create.call(device, descriptor);
    compiling.push(pipeline);
    return pipeline;
  };
  // tfjs refuses to run a program that is being compiled, so those must not be in its cache while others use it.
  const cache = Object(Reflect.get(backend, 'pipelineCache')) as Record<string, unknown>;
  const trial = { ...cache };
  Object.assign(backend, { pipelineCache: trial });
  const state = new Homes(backend);
  tf.env().set(compileOnly, true);
  try {
    inScratch(backend, () => tf.dispose([...step()]));
  } finally {
    tf.env().set(compileOnly, false);
    state.recall();
    state.dispose();
    Object.assign(backend, { pipelineCache: cache });
    device.createComputePipelineAsync = create;
  }
  let ready = 0;
  onProgress(ready, compiling.length);
  await Promise.allSettled(
    compiling.map(pipeline => pipeline.then(() => onProgress(++ready, compiling.length))),
  );
  for (const [key, pipeline] of Object.entries(trial)) {
    if (key in cache) continue;
    const [result] = await Promise.allSettled([pipeline]);
    if (result.status === 'fulfilled') cache[key] ??= result.value;
  }
  return compiling.length;
}
