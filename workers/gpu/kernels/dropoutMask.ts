/**
 * @file Inverted dropout's mask: 0 with probability `drop`, else 1 / (1 − drop), from the same hash of (key, element)
 * as `uniform` in `workers/random.ts`, to the bit. The key lies in a buffer, so every step has its own mask.
 */
import { uniform } from '../../random';
import { flatGrid, flatMain, float, type Kernel } from './kernel';

export interface DropoutMaskOptions {
  size: number;
  /** 0 … 1, below 1. */
  drop: number;
}

/** Buffers: mask `[size]`, key `[1]` u32. */
export const dropoutMask: Kernel<DropoutMaskOptions> = {
  name: 'dropoutMask',
  wgsl: ({ size, drop }) => ({
    label: 'dropoutMask',
    workgroups: flatGrid(size),
    // A draw has 24 bits, so "draw / 2²⁴ < drop" is exact as integers and would not be in f32.
    wgsl: `
@group(0) @binding(0) var<storage, read_write> mask: array<f32>;
@group(0) @binding(1) var<storage, read> key: array<u32>;
fn scramble(word: u32) -> u32 {
  var x = word;
  x = (x ^ (x >> 16u)) * 0x85ebca6bu;
  x = (x ^ (x >> 13u)) * 0xc2b2ae35u;
  return x ^ (x >> 16u);
}
${flatMain(size)}
  let draw = scramble(key[0] + u32(i) * 0x9e3779b9u) >> 8u;
  mask[i] = select(${float(1 / (1 - drop))}, 0.0, draw < ${Math.ceil(drop * 2 ** 24)}u);
}`,
  }),
  sizes: ({ size }) => ({ outputs: [size], inputs: [1] }),
  reference({ drop }, mask, key) {
    for (let i = 0; i < mask.length; i++)
      mask[i] = uniform((key?.[0] ?? 0) >>> 0, i) < drop ? 0 : 1 / (1 - drop);
  },
  example: () => [Int32Array.of(-1_640_531_527)],
  cases: [
    { size: 1000, drop: 0.25 },
    { size: 70, drop: 0 },
  ],
};
