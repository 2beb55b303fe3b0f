/**
 * @file Inverted dropout: each element becomes 0 with probability `drop`, else it is divided by 1 − drop. The draws
 * are the hash of (key, element) of `draw` in `workers/random.ts`, to the bit. The gradient draws again, so no mask
 * is stored. Key and rate lie in a buffer, so every step has its own draws, and a new rate needs no new program.
 */

import { draw } from '../../../random';
import { flatGrid, flatMain, type Kernel } from '../../wgsl/kernel';
import { scrambleWgsl } from '../../wgsl/scramble';

export interface DropoutOptions {
  size: number;
}

/**
 * Returns the words that the kernel reads: the stream's key, the bound below which a draw of 24 bits drops an
 * element, and the bits of 1 / (1 − drop). With integers the comparison "draw / 2²⁴ < drop" is exact. In f32 it would
 * not be.
 */
export function dropoutDraw(key: number, drop: number): Int32Array<ArrayBuffer> {
  const words = Int32Array.of(key, Math.ceil(drop * 2 ** 24), 0);
  new Float32Array(words.buffer)[2] = 1 / (1 - drop);
  return words;
}

/** Returns the factor by which the GPU multiplies an element. */
export function dropoutFactor(words: Int32Array<ArrayBuffer>, element: number): number {
  const [key = 0, bound = 0] = words;
  const scale = new Float32Array(words.buffer, words.byteOffset, 3)[2] ?? 1;
  return draw(key >>> 0, element) >>> 8 < bound ? 0 : scale;
}

/** Buffers: y `[size]`, x `[size]`, `dropoutDraw` `[3]` u32. */
export const dropout: Kernel<DropoutOptions> = {
  name: 'dropout',
  wgsl: ({ size }) => ({
    label: 'dropout',
    workgroups: flatGrid(size),
    wgsl: `
@group(0) @binding(0) var<storage, read_write> y: array<f32>;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> words: array<u32>;
${scrambleWgsl}
${flatMain(size)}
  let draw = scramble(words[0] + u32(i) * 0x9e3779b9u) >> 8u;
  y[i] = select(x[i] * bitcast<f32>(words[2]), 0.0, draw < words[1]);
}`,
  }),
  sizes: ({ size }) => ({ outputs: [size], inputs: [size, 3] }),
  reference(_, y, x, words) {
    const own = Int32Array.from(words ?? []);
    for (let i = 0; i < y.length; i++) y[i] = (x?.[i] ?? 0) * dropoutFactor(own, i);
  },
  example: ({ size }) => [
    Float32Array.from({ length: size }, (_, i) => Math.sin(1.3 * i)),
    dropoutDraw(-1_640_531_527, size > 100 ? 0.25 : 0),
  ],
  cases: [{ size: 1000 }, { size: 70 }],
};
