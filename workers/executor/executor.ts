/**
 * @file Records a step and repeats it, on backends that have kernels of our own. Rooms above ask here and need not know
 * which backend it is.
 */

import {
  type CapturedStep,
  captureStep as captureOnGpu,
  writeTensor as writeOnGpu,
} from '../gpu/capture/captureStep';
import { compileStep } from '../gpu/capture/compileStep';
import { compileStateHash } from '../gpu/capture/stateHash';
import { ownBackend } from '../gpu/ownBackend';
import * as tf from '../tf/tf';
import type { WebGPUBackend } from '../tf/webgpu';
import { WasmBackend } from '../wasm/backend';
import { captureStep as captureInWasm, writeTensor as writeInWasm } from '../wasm/captureStep';

export interface Executor {
  /**
   * Compiles all programs of `pass` beside each other, without running it. Resolves with the number that it waited for.
   * @param onProgress gets the number of programs that are ready, and the number of all.
   */
  compile(
    pass: () => readonly tf.Tensor[],
    onProgress?: (ready: number, all: number) => void,
  ): Promise<number>;
  /** Begins to compile what a comparison of two states runs. It belongs into the `pass` of `compile`. */
  compileComparison(): void;
  /**
   * Runs `step` once, for real, and records it.
   * @param how `changesState`: whether it writes variables; `variables`: all that it may read or write.
   * @throws AppError `gpu/capture` if the step does something that a replay cannot repeat. The variables are then
   * restored.
   */
  capture(
    step: () => readonly tf.Tensor[],
    how?: { changesState?: boolean; variables?: readonly tf.Variable[] },
  ): CapturedStep;
  /** Overwrites a tensor's numbers. A captured step gets its inputs in this way. */
  write(tensor: tf.Tensor, values: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>): void;
}

const onGpu = (backend: WebGPUBackend): Executor => ({
  compile: (pass, onProgress) => compileStep(backend, pass, onProgress),
  compileComparison: () => compileStateHash(backend.device),
  capture: (step, how) => captureOnGpu(backend, step, how),
  write: (tensor, values) => writeOnGpu(backend, tensor, values),
});

/** The kernels are compiled before the backend starts. */
const inWasm = (backend: WasmBackend): Executor => ({
  compile: async () => 0,
  compileComparison: () => undefined,
  capture: (step, how) => captureInWasm(backend, step, how),
  write: (tensor, values) => writeInWasm(backend, tensor, values),
});

/** The executor of tfjs's current backend, or null if that has none: then tfjs runs every step. */
export function executor(): Executor | null {
  const gpu = ownBackend();
  if (gpu) return onGpu(gpu);
  const backend = tf.backend();
  return backend instanceof WasmBackend ? inWasm(backend) : null;
}
