/**
 * @file Converts i32 → f32. tfjs casts int32 and bool tensors to float32 only by name: their buffers still hold
 * integers.
 */
import { flatGrid, flatMain, type Kernel } from '../../wgsl/kernel';

/** Buffers: floats `[size]`, integers `[size]`. */
export const intToFloat: Kernel<{ size: number }> = {
  name: 'intToFloat',
  wgsl: ({ size }) => ({
    label: 'intToFloat',
    workgroups: flatGrid(size),
    wgsl: `
@group(0) @binding(0) var<storage, read_write> floats: array<f32>;
@group(0) @binding(1) var<storage, read> integers: array<i32>;
${flatMain(size)}
  floats[i] = f32(integers[i]);
}`,
  }),
  sizes: ({ size }) => ({ outputs: [size], inputs: [size] }),
  reference(_, floats, integers) {
    floats.set(integers ?? []);
  },
  example: ({ size }) => [Int32Array.from({ length: size }, (_, i) => (i - 3) * 1000)],
  cases: [{ size: 70 }],
};
