/** @file Batch norm forward, second of three: mean and biased variance from the parts of `batchNormSums`. */
import {
  type ColumnSplit,
  columnCases,
  columnSplits,
  float,
  type Kernel,
  sumOfParts,
  vectorType,
} from './kernel';

/** Buffers: mean `[channels]`, variance `[channels]`, parts `[splits, 3, channels]`. */
export const batchNormMoments: Kernel<ColumnSplit> = {
  name: 'batchNormMoments',
  wgsl(options) {
    const { lanes, workgroups, main } = sumOfParts(3, options);
    const T = vectorType(lanes);
    const share = float(1 / options.rows);
    return {
      label: 'batchNormMoments',
      workgroups,
      wgsl: `
@group(0) @binding(0) var<storage, read_write> mean: array<${T}>;
@group(0) @binding(1) var<storage, read_write> variance: array<${T}>;
@group(0) @binding(2) var<storage, read> parts: array<${T}>;
${main}
  let shift = total1 * ${share};
  mean[i] = total0 * ${share};
  variance[i] = max(total2 * ${share} - shift * shift, ${T}());
}`,
    };
  },
  sizes: ({ channels, splits }) => ({
    outputs: [channels, channels],
    inputs: [splits * 3 * channels],
  }),
  reference({ rows, channels, splits }, mean, variance, parts) {
    for (let c = 0; c < channels; c++) {
      const [sum, shifted, squares] = [0, 1, 2].map(kind => {
        let total = 0;
        for (let split = 0; split < splits; split++) total += parts?.[(split * 3 + kind) * channels + c] ?? 0;
        return total / rows;
      }) as [number, number, number];
      mean[c] = sum;
      variance[c] = Math.max(squares - shifted ** 2, 0);
    }
  },
  cases: [...columnCases, columnSplits(700, 8, 1000)],
};
