/** @file Adds the parts of two sums at once: `[splits, 2, channels]` → twice `[channels]`. Batch norm backward, second of three. */
import { type Kernel, sumOfParts, vectorType } from '../../wgsl/kernel';

export interface SumPairsOptions {
  splits: number;
  channels: number;
}

/** Buffers: first `[channels]`, second `[channels]`, parts `[splits, 2, channels]`. */
export const sumPairs: Kernel<SumPairsOptions> = {
  name: 'sumPairs',
  wgsl(options) {
    const { lanes, workgroups, main } = sumOfParts(2, options);
    const T = vectorType(lanes);
    return {
      label: 'sumPairs',
      workgroups,
      wgsl: `
@group(0) @binding(0) var<storage, read_write> first: array<${T}>;
@group(0) @binding(1) var<storage, read_write> second: array<${T}>;
@group(0) @binding(2) var<storage, read> parts: array<${T}>;
${main}
  first[i] = total0;
  second[i] = total1;
}`,
    };
  },
  sizes: ({ splits, channels }) => ({ outputs: [channels, channels], inputs: [splits * 2 * channels] }),
  reference({ splits, channels }, first, second, parts) {
    for (const [offset, total] of [first, second].entries())
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let split = 0; split < splits; split++) sum += parts?.[(split * 2 + offset) * channels + c] ?? 0;
        total[c] = sum;
      }
  },
  cases: [
    { splits: 5, channels: 8 },
    { splits: 1, channels: 5 },
    { splits: 130, channels: 7 },
  ],
};
