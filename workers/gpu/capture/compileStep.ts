/**
 * @file Compiles all programs of a step in parallel. Without this the first step compiles one program after the
 * other, which takes half a minute for a network of 200 programs. Runs that are compared compile at the same time. If
 * one run has begun a program, the other only waits for it.
 */
import * as tf from '../../tf/tf';
import type { WebGPUBackend } from '../../tf/webgpu';
import { compilingIn } from '../dispatch';
import { inScratch } from './allocator';
import { Homes } from './homes';

/** With this switch tfjs compiles programs asynchronously and does not run them. */
const compileOnly = 'WEBGPU_ENGINE_COMPILE_ONLY';

/** tfjs's programs by tfjs's key. Each is a pipeline or the promise of one. */
type Pipelines = Record<string, unknown>;

/**
 * The programs that are being compiled. tfjs refuses to run such a program, so tfjs's own cache must not hold one while
 * other work uses the cache.
 */
const begun = new WeakMap<WebGPUBackend, Pipelines>();

/**
 * Goes through `step` without running anything on the GPU. Variables that it assigns keep their values. Programs that
 * are known cost nothing. If a program does not compile, the step itself will report it later.
 * @param onProgress gets the number of programs that are ready, and the number of all.
 * @returns the number of programs that it waited for.
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
    // If the step threw, the programs that it began are still compiled for the next step.
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

  /** Resolves when tfjs's cache has the pipeline, or when its compilation has failed. */
  async function settle(key: string, pipeline: unknown): Promise<void> {
    compiling[key] = pipeline;
    const [result] = await Promise.allSettled([pipeline]);
    delete compiling[key];
    if (result.status === 'fulfilled') cache[key] ??= result.value;
  }
}
