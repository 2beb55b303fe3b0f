/** @file Gradient of a ReLU from its output: dy where z > 0, else 0. */
import { flatGrid, flatMain, type Kernel, lanesOf, vectorType } from '../../wgsl/kernel';

/** Buffers: dx `[size]`, dz, z. */
export const reluGradient: Kernel<{ size: number }> = {
  name: 'reluGradient',
  wgsl({ size }) {
    const lanes = lanesOf(size);
    const T = vectorType(lanes);
    return {
      label: 'reluGradient',
      workgroups: flatGrid(size / lanes),
      wgsl: `
@group(0) @binding(0) var<storage, read_write> dx: array<${T}>;
@group(0) @binding(1) var<storage, read> dz: array<${T}>;
@group(0) @binding(2) var<storage, read> z: array<${T}>;
${flatMain(size / lanes)}
  dx[i] = select(${T}(), dz[i], z[i] > ${T}());
}`,
    };
  },
  sizes: ({ size }) => ({ outputs: [size], inputs: [size, size] }),
  reference(_, dx, dz, z) {
    for (let i = 0; i < dx.length; i++) dx[i] = (z?.[i] ?? 0) > 0 ? (dz?.[i] ?? 0) : 0;
  },
  cases: [{ size: 268 }, { size: 7 }],
};
