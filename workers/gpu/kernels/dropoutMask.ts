/**
 * @file Inverted dropout's mask: 0 with probability `drop`, else 1 / (1 − drop), from the same hash of (key, element)
 * as `draw` in `workers/random.ts`, to the bit. Key and rate lie in a buffer, so every step has its own mask and a
 * changed rate compiles nothing.
 */

import { draw } from '../../random';
import { flatGrid, flatMain, type Kernel } from './kernel';
import { scrambleWgsl } from './scramble';

export interface DropoutMaskOptions {
  size: number;
}

/**
 * What the kernel reads: the stream's key, the bound below which a draw of 24 bits drops, and the bits of 1 / (1 − drop).
 * As integers the comparison "draw / 2²⁴ < drop" is exact; in f32 it would not be.
 */
export function dropoutDraw(key: number, drop: number): Int32Array<ArrayBuffer> {
  const words = Int32Array.of(key, Math.ceil(drop * 2 ** 24), 0);
  new Float32Array(words.buffer)[2] = 1 / (1 - drop);
  return words;
}

/** The mask that the GPU draws, element by element. */
export function dropoutMaskValue(words: Int32Array<ArrayBuffer>, element: number): number {
  const [key = 0, bound = 0] = words;
  const scale = new Float32Array(words.buffer, words.byteOffset, 3)[2] ?? 1;
  return draw(key >>> 0, element) >>> 8 < bound ? 0 : scale;
}

/** Buffers: mask `[size]`, `dropoutDraw` `[3]` u32. */
export const dropoutMask: Kernel<DropoutMaskOptions> = {
  name: 'dropoutMask',
  wgsl: ({ size }) => ({
    label: 'dropoutMask',
    workgroups: flatGrid(size),
    wgsl: `
@group(0) @binding(0) var<storage, read_write> mask: array<f32>;
@group(0) @binding(1) var<storage, read> words: array<u32>;
${scrambleWgsl}
${flatMain(size)}
  let draw = scramble(words[0] + u32(i) * 0x9e3779b9u) >> 8u;
  mask[i] = select(bitcast<f32>(words[2]), 0.0, draw < words[1]);
}`,
  }),
  sizes: ({ size }) => ({ outputs: [size], inputs: [3] }),
  reference(_, mask, words) {
    const own = Int32Array.from(words ?? []);
    for (let i = 0; i < mask.length; i++) mask[i] = dropoutMaskValue(own, i);
  },
  example: ({ size }) => [dropoutDraw(-1_640_531_527, size > 100 ? 0.25 : 0)],
  cases: [{ size: 1000 }, { size: 70 }],
};
