/** @file Adds the parts of a split reduction in their order, `[splits, size]` → `[size]`, and then adds a bias. */
import { flatGrid, flatMain, type Kernel, lanesOf, vectorType } from '../../wgsl/kernel';

export interface SumSplitsOptions {
  splits: number;
  size: number;
  /** The number of elements of a bias that is added to every row of the sum. `size` is a multiple of it. */
  bias?: number;
  relu?: boolean;
}

/** Buffers: sum `[size]`, parts `[splits, size]`, then the bias where asked for. */
export const sumSplits: Kernel<SumSplitsOptions> = {
  name: 'sumSplits',
  wgsl({ splits, size, bias, relu }) {
    const lanes = lanesOf(bias ?? size);
    const vectors = size / lanes;
    const T = vectorType(lanes);
    return {
      label: 'sumSplits',
      workgroups: flatGrid(vectors),
      wgsl: `
@group(0) @binding(0) var<storage, read_write> total: array<${T}>;
@group(0) @binding(1) var<storage, read> parts: array<${T}>;
${bias ? `@group(0) @binding(2) var<storage, read> bias: array<${T}>;` : ''}
${flatMain(vectors)}
  var sum = parts[i];
  for (var split = 1; split < ${splits}; split++) { sum += parts[i + split * ${vectors}]; }
  ${bias ? `sum += bias[i % ${bias / lanes}];` : ''}
  total[i] = ${relu ? `max(sum, ${T}())` : 'sum'};
}`,
    };
  },
  sizes: ({ splits, size, bias }) => ({ outputs: [size], inputs: [splits * size, ...(bias ? [bias] : [])] }),
  reference({ splits, size, bias, relu }, total, parts, offsets) {
    for (let i = 0; i < size; i++) {
      let sum = 0;
      for (let split = 0; split < splits; split++) sum += parts?.[split * size + i] ?? 0;
      const value = sum + (bias ? (offsets?.[i % bias] ?? 0) : 0);
      total[i] = relu ? Math.max(value, 0) : value;
    }
  },
  cases: [
    { splits: 5, size: 36 },
    { splits: 3, size: 7 },
    { splits: 1, size: 260 },
    { splits: 2, size: 10, bias: 5, relu: true },
    { splits: 2, size: 24, bias: 8 },
  ],
};
