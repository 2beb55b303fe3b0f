/**
 * @file Compiles all programs of a step at once, each beside the others. Without this the first step waits for one
 * after the other: half a minute for a network of 200. Compared runs compile at the same time: what one has begun the
 * other only waits for.
 */
import * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { compilingIn } from '../dispatch';
import { inScratch } from './allocator';
import { Homes } from './homes';

/** tfjs's switch: programs are compiled asynchronously and not run. */
const compileOnly = 'WEBGPU_ENGINE_COMPILE_ONLY';

/** tfjs's programs by its key of each: a pipeline, or its promise. */
type Pipelines = Record<string, unknown>;

/** Those being compiled. tfjs refuses to run such a program, so its own cache must not hold one while others use it. */
const begun = new WeakMap<WebGPUBackend, Pipelines>();

/**
 * Goes through `step` without running anything on the GPU; variables it assigns keep their values. Programs that are
 * known cost nothing. One that does not compile is left to the step itself, which will report it.
 * @param onProgress hears how many programs of all are ready.
 * @returns how many had to be waited for.
 */
export async function compileStep(
  backend: WebGPUBackend,
  step: () => readonly tf.Tensor[],
  onProgress: (ready: number, all: number) => void = () => undefined,
): Promise<number> {
  const cache = Object(Reflect.get(backend, 'pipelineCache')) as Pipelines;
  const compiling = begun.get(backend) ?? {};
  begun.set(backend, compiling);
  const used = new Set<string>();
  const trial = new Proxy<Pipelines>(
    { ...compiling, ...cache },
    {
      get(pipelines, key: string) {
        used.add(key);
        return pipelines[key];
      },
    },
  );
  Object.assign(backend, { pipelineCache: trial });
  const state = new Homes(backend);
  tf.env().set(compileOnly, true);
  const waiting: Promise<unknown>[] = [];
  try {
    waiting.push(...compilingIn(() => inScratch(backend, () => tf.dispose([...step()]))));
  } finally {
    // What a step began that then threw is still compiled, for the next one.
    waiting.push(...[...used].filter(key => !(key in cache)).map(key => settle(key, trial[key])));
    tf.env().set(compileOnly, false);
    state.recall();
    state.dispose();
    Object.assign(backend, { pipelineCache: cache });
  }
  let ready = 0;
  onProgress(ready, waiting.length);
  await Promise.all(waiting.map(pipeline => pipeline.then(() => onProgress(++ready, waiting.length))));
  return waiting.length;

  /** Resolves once tfjs's cache has the pipeline, or once it has not compiled. */
  async function settle(key: string, pipeline: unknown): Promise<void> {
    compiling[key] = pipeline;
    const [result] = await Promise.allSettled([pipeline]);
    delete compiling[key];
    if (result.status === 'fulfilled') cache[key] ??= result.value;
  }
}
