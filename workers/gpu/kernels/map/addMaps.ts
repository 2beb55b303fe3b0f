/** @file Adds a + b, element by element. If several layers read a map, their gradients are added with it. */
import { flatGrid, flatMain, type Kernel, lanesOf, vectorType } from '../../wgsl/kernel';

/** Buffers: sum `[size]`, a, b. */
export const addMaps: Kernel<{ size: number }> = {
  name: 'addMaps',
  wgsl({ size }) {
    const lanes = lanesOf(size);
    const T = vectorType(lanes);
    return {
      label: 'addMaps',
      workgroups: flatGrid(size / lanes),
      wgsl: `
@group(0) @binding(0) var<storage, read_write> sum: array<${T}>;
@group(0) @binding(1) var<storage, read> a: array<${T}>;
@group(0) @binding(2) var<storage, read> b: array<${T}>;
${flatMain(size / lanes)}
  sum[i] = a[i] + b[i];
}`,
    };
  },
  sizes: ({ size }) => ({ outputs: [size], inputs: [size, size] }),
  reference(_, sum, a, b) {
    for (let i = 0; i < sum.length; i++) sum[i] = (a?.[i] ?? 0) + (b?.[i] ?? 0);
  },
  cases: [{ size: 268 }, { size: 7 }],
};
