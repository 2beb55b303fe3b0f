/** @file Adds the parts that a split reduction left: `[splits, size]` → `[size]`, in the order of the parts. */
import { flatGrid, flatMain, float, type Kernel, lanesOf, vectorType } from './kernel';

export interface SumSplitsOptions {
  splits: number;
  size: number;
  /** Multiplies the sum. */
  scale?: number;
}

/** Buffers: sum `[size]`, parts `[splits, size]`. */
export const sumSplits: Kernel<SumSplitsOptions> = {
  name: 'sumSplits',
  wgsl({ splits, size, scale = 1 }) {
    const lanes = lanesOf(size);
    const vectors = size / lanes;
    const T = vectorType(lanes);
    return {
      label: 'sumSplits',
      workgroups: flatGrid(vectors),
      wgsl: `
@group(0) @binding(0) var<storage, read_write> total: array<${T}>;
@group(0) @binding(1) var<storage, read> parts: array<${T}>;
${flatMain(vectors)}
  var sum = parts[i];
  for (var split = 1; split < ${splits}; split++) { sum += parts[i + split * ${vectors}]; }
  total[i] = sum${scale === 1 ? '' : ` * ${float(scale)}`};
}`,
    };
  },
  sizes: ({ splits, size }) => ({ outputs: [size], inputs: [splits * size] }),
  reference({ splits, size, scale = 1 }, total, parts) {
    for (let i = 0; i < size; i++) {
      let sum = 0;
      for (let split = 0; split < splits; split++) sum += parts[split * size + i] ?? 0;
      total[i] = sum * scale;
    }
  },
  cases: [
    { splits: 5, size: 36 },
    { splits: 3, size: 7, scale: 0.17 },
    { splits: 1, size: 260 },
  ],
};
