/** @file One call of a kernel function. The arguments from tfjs are checked and typed. */
import { AppError } from '../../protocol/errors';
import type * as tf from '../../tf/tf';
import { WebGPUBackend } from '../../tf/webgpu';
import { isSoftware } from '../tileChoice';

export interface Call {
  backend: WebGPUBackend;
  /** @throws AppError `gpu/input` if tfjs passed none. */
  input(name: string): tf.TensorInfo;
  optional(name: string): tf.TensorInfo | undefined;
  /** All inputs. Some kernels take a list of them. */
  inputs(): tf.TensorInfo[];
  attrs: tf.NamedAttrMap;
}

/** A function returns null if it does not cover this call. */
export type KernelTable = Readonly<Record<string, (call: Call) => tf.TensorInfo | tf.TensorInfo[] | null>>;

/** @throws AppError `gpu/backend`. */
export function callOf(inputs: tf.NamedTensorInfoMap, backend: object, attrs: tf.NamedAttrMap = {}): Call {
  if (!(backend instanceof WebGPUBackend))
    throw new AppError(
      'gpu/backend',
      'A WebGPU kernel was called on another backend; register it for that one.',
    );
  return {
    backend,
    attrs,
    optional: name => inputs[name],
    inputs: () => Object.values(inputs).filter(tensor => tensor !== undefined),
    input(name) {
      const tensor = inputs[name];
      if (!tensor) throw new AppError('gpu/input', `The kernel's input "${name}" is missing.`);
      return tensor;
    },
  };
}

/** A map's rows (everything but the last dimension) and channels. */
export function rowsAndChannels({ shape }: tf.TensorInfo): { rows: number; channels: number } {
  const channels = shape.at(-1) ?? 1;
  return { rows: shape.reduce((a, b) => a * b, 1) / channels, channels };
}

/**
 * The number of threads for a split reduction. They are enough to fill the device, and so few that the parts stay small
 * beside the maps. An adapter that computes on the CPU has few lanes, and more parts only cost it more additions.
 */
export const splitThreads = ({ device }: WebGPUBackend): number => (isSoftware(device) ? 128 : 8192);
