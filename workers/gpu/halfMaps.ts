/**
 * @file Feature maps in half precision. To tfjs such a map is a float32 tensor like any other; its data hold half as
 * many words, two numbers in each. Only what grows with the batch is kept so: activations and their gradients.
 * Parameters and their gradients, statistics, embeddings, logits and losses are always float32.
 *
 * Gradients are small: a mean over a batch hands each of millions of numbers a share. Training in half precision
 * multiplies the loss by a power of two so that they stay above half's smallest number (Micikevicius et al., 2018, "Mixed
 * precision training"). Here the factor is part of how a gradient map is kept, `wgsl/halfStorage.ts` multiplies and
 * divides: nothing outside of these buffers ever sees a scaled number, and a power of two costs no precision.
 */
import type { TensorInfo } from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { type Halves, halfFlavour } from './wgsl/halfStorage';
import { lanesOf } from './wgsl/kernel';

/**
 * Factor of gradients: those from 6e-8 to 64 then keep half's full precision. It is constant: one that falls at every
 * overflow, skipping that step, would be part of all programs, of the recorded step and of every checkpoint. A gradient
 * beyond 64 in a map becomes NaN, and the run ends with an error that advises float32.
 */
export const lossScale = 1024;

/** Scale of the data that hold halves, by tfjs's id of them. */
const scales = new WeakMap<object, number>();
let on = false;

function withHalf<T>(value: boolean, work: () => T): T {
  const before = on;
  on = value;
  try {
    return work();
  } finally {
    on = before;
  }
}

/** Within `work`, kernels keep new maps as halves; `work` must not wait for anything. */
export const inHalf = <T>(work: () => T): T => withHalf(true, work);
/** Within `work`, they do not. */
export const inFull = <T>(work: () => T): T => withHalf(false, work);

/** The factor of a tensor's numbers in its buffer if these are halves. */
export const halfScale = ({ dataId }: TensorInfo): number | undefined => scales.get(dataId);

/** Which operands are halves, by binding, and how a device's programs read them; null where none is. */
export function halvesAmong(device: GPUDevice, operands: readonly TensorInfo[]): Halves | null {
  const found = operands.flatMap((operand, binding) => {
    const scale = halfScale(operand);
    return scale === undefined ? [] : [[binding, scale] as const];
  });
  return found.length > 0 ? { flavour: halfFlavour(device), scales: Object.fromEntries(found) } : null;
}

/** A new map of halves; its channels come four at a time. */
export function makeHalf(backend: WebGPUBackend, shape: readonly number[], scale: number): TensorInfo {
  const size = shape.reduce((a, b) => a * b, 1);
  const { dataId } = backend.makeTensorInfo([size / 2], 'float32');
  scales.set(dataId, scale);
  return { dataId, shape: [...shape], dtype: 'float32' };
}

/** A new map `[batch, height, width, channels]`: halves where that is on and the channels come four at a time. */
export function makeMap(
  backend: WebGPUBackend,
  shape: readonly number[],
  kind: 'activation' | 'gradient',
): TensorInfo {
  if (!on || shape.length !== 4 || lanesOf(shape[3] ?? 1) !== 4)
    return backend.makeTensorInfo([...shape], 'float32');
  return makeHalf(backend, shape, kind === 'gradient' ? lossScale : 1);
}
