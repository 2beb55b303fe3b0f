/** @file One call of a kernel function. The arguments from tfjs are checked and typed. */

import { AppError } from '../protocol/errors';
import type * as tf from '../tf/tf';
import { type Operand, WasmBackend } from './backend';

export interface Call {
  backend: WasmBackend;
  /** @throws AppError `wasm/input` if tfjs passed none. */
  input(name: string): Operand;
  optional(name: string): Operand | undefined;
  /** All inputs in order, where tfjs passes a list. */
  list(): Operand[];
  attrs: tf.NamedAttrMap;
}

/** A function returns null if it does not cover this call. */
export type KernelTable = Readonly<Record<string, (call: Call) => tf.TensorInfo | tf.TensorInfo[] | null>>;

/** @throws AppError `wasm/backend`. */
export function callOf(inputs: tf.NamedTensorInfoMap, backend: object, attrs: tf.NamedAttrMap = {}): Call {
  if (!(backend instanceof WasmBackend))
    throw new AppError('wasm/backend', 'A WebAssembly kernel was called on another backend.');
  const optional = (name: string) => {
    const tensor = inputs[name];
    return tensor && backend.operand(tensor);
  };
  return {
    backend,
    attrs,
    optional,
    list: () => Object.values(inputs).flatMap(tensor => (tensor ? [backend.operand(tensor)] : [])),
    input(name) {
      const tensor = optional(name);
      if (!tensor) throw new AppError('wasm/input', `The kernel's input "${name}" is missing.`);
      return tensor;
    },
  };
}

/** A map's rows (everything but the last dimension) and channels. */
export function rowsAndChannels({ shape, size }: Operand): { rows: number; channels: number } {
  const channels = shape.at(-1) ?? 1;
  return { rows: size / channels, channels };
}

/** loss0, loss1 … */
export const numbered = ({ input }: Call, name: string, count: number): Operand[] =>
  Array.from({ length: count }, (_, i) => input(`${name}${i}`));

/** A fixed block with these addresses or numbers. The caller releases it once its kernel has run. */
export function table(backend: WasmBackend, words: readonly number[]): number {
  const at = backend.allocateFixed(4 * words.length);
  backend.heap.integers(at, words.length).set(words);
  return at;
}
