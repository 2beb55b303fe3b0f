/**
 * @file Feature maps in half precision. To tfjs such a map is a float32 tensor like any other, but its data have half
 * as many words, with two numbers in each. Only what grows with the batch is stored in this way: activations and
 * their gradients. Parameters and their gradients, statistics, embeddings, logits and losses are always float32.
 *
 * Gradients are small, because a mean over a batch gives each of millions of numbers only a share. Training in half
 * precision multiplies the loss by a power of two, so that gradients stay above half's smallest number (Micikevicius
 * et al., 2018, "Mixed precision training"). Here the factor belongs to the storage of a gradient map:
 * `wgsl/halfStorage.ts` multiplies and divides by it. No code outside of these buffers sees a scaled number, and a
 * power of two costs no precision.
 */
import type { TensorInfo } from '../tf/tf';
import type { WebGPUBackend } from '../tf/webgpu';
import { type Halves, halfFlavour } from './wgsl/halfStorage';
import { lanesOf } from './wgsl/kernel';

/**
 * The factor of gradients. With it, gradients from 6e-8 to 64 keep half's full precision. It is constant, because a
 * factor that falls at every overflow and skips that step would be part of all programs, of the recorded step and of
 * every checkpoint. A gradient beyond 64 in a map becomes NaN, and the run ends with an error that advises float32.
 */
export const lossScale = 1024;

/** The scale of each data that hold halves, keyed by tfjs's data id. */
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

/** Within `work`, kernels store new maps as halves. `work` must not wait for anything. */
export const inHalf = <T>(work: () => T): T => withHalf(true, work);
/** Within `work`, kernels store new maps as float32. `work` must not wait for anything. */
export const inFull = <T>(work: () => T): T => withHalf(false, work);

/** The factor of a tensor's numbers in its buffer, or undefined if they are not halves. */
export const halfScale = ({ dataId }: TensorInfo): number | undefined => scales.get(dataId);

/** Tells which operands are halves, by binding, and how a device's programs read them. It is null if none is. */
export function halvesAmong(device: GPUDevice, operands: readonly TensorInfo[]): Halves | null {
  const found = operands.flatMap((operand, binding) => {
    const scale = halfScale(operand);
    return scale === undefined ? [] : [[binding, scale] as const];
  });
  return found.length > 0 ? { flavour: halfFlavour(device), scales: Object.fromEntries(found) } : null;
}

/** Creates a map of halves. Its number of channels must be a multiple of four. */
export function makeHalf(backend: WebGPUBackend, shape: readonly number[], scale: number): TensorInfo {
  const size = shape.reduce((a, b) => a * b, 1);
  const { dataId } = backend.makeTensorInfo([size / 2], 'float32');
  scales.set(dataId, scale);
  return { dataId, shape: [...shape], dtype: 'float32' };
}

/**
 * Creates a map `[batch, height, width, channels]`. It has halves within `inHalf`, if its channels are a multiple of
 * four.
 */
export function makeMap(
  backend: WebGPUBackend,
  shape: readonly number[],
  kind: 'activation' | 'gradient',
): TensorInfo {
  if (!on || shape.length !== 4 || lanesOf(shape[3] ?? 1) !== 4)
    return backend.makeTensorInfo([...shape], 'float32');
  return makeHalf(backend, shape, kind === 'gradient' ? lossScale : 1);
}
