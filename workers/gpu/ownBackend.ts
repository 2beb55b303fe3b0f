/**
 * @file Finds the current backend if it is WebGPU with our kernels. We follow the memory and commands of such a
 * backend.
 */
import * as tf from '../tf/tf';
import { WebGPUBackend } from '../tf/webgpu';
import { inScratch } from './capture/allocator';
import { bufferOf, flush } from './dispatch';
import { FUSED, hasFused } from './fusedNames';

/** Returns the current backend if it has our kernels, else `null`. */
export function ownBackend(): WebGPUBackend | null {
  const backend = tf.backend();
  return backend instanceof WebGPUBackend && hasFused(FUSED.optimizerStep) ? backend : null;
}

/** Runs `work` so that tfjs keeps no freed buffer for later use. On other backends `work` just runs. */
export function sparingly<T>(work: () => T): T {
  const backend = ownBackend();
  return backend ? inScratch(backend, work) : work();
}

/**
 * Moves tensors that are still in CPU memory to the GPU, if there is one. Within `sparingly` their buffers die with
 * them.
 */
export function upload(tensors: readonly tf.Tensor[]): void {
  const backend = ownBackend();
  if (backend) for (const tensor of tensors) bufferOf(backend, tensor);
}

/**
 * Copies float32 tensors to the CPU. The buffers in between die with the call, whereas tfjs would keep its own for
 * ever.
 */
export async function readBack(tensors: readonly tf.Tensor[]): Promise<Float32Array<ArrayBuffer>[]> {
  const backend = ownBackend();
  if (!backend)
    return Promise.all(tensors.map(async tensor => Float32Array.from(await tensor.data<'float32'>())));
  const { device } = backend;
  const sources = tensors.map(tensor => bufferOf(backend, tensor));
  flush(backend);
  const encoder = device.createCommandEncoder();
  const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ;
  const copies = sources.map((source, i) => {
    const size = 4 * (tensors[i]?.size ?? 0);
    const copy = device.createBuffer({ size, usage });
    encoder.copyBufferToBuffer(source, 0, copy, 0, size);
    return copy;
  });
  device.queue.submit([encoder.finish()]);
  try {
    await Promise.all(copies.map(copy => copy.mapAsync(GPUMapMode.READ)));
    return copies.map(copy => new Float32Array(copy.getMappedRange().slice(0)));
  } finally {
    for (const copy of copies) copy.destroy();
  }
}
