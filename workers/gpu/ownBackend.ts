/** @file The current backend where it is one of ours: WebGPU with our kernels, whose memory and commands we follow. */
import * as tf from '@tensorflow/tfjs';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { inScratch } from './capture/allocator';
import { bufferOf } from './dispatch';
import { FUSED, hasFused } from './fusedNames';

/** `null` on every other backend. */
export function ownBackend(): WebGPUBackend | null {
  const backend = tf.backend();
  return backend instanceof WebGPUBackend && hasFused(FUSED.optimizerStep) ? backend : null;
}

/** Runs `work` so that tfjs keeps no buffer for the next time, where that can be had. */
export function sparingly<T>(work: () => T): T {
  const backend = ownBackend();
  return backend ? inScratch(backend, work) : work();
}

/** Moves tensors that are still in memory to the GPU, if there is one: within `sparingly`, to buffers that die with them. */
export function upload(tensors: readonly tf.Tensor[]): void {
  const backend = ownBackend();
  if (backend) for (const tensor of tensors) bufferOf(backend, tensor);
}
