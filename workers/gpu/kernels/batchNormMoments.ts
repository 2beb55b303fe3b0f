/** @file Batch norm forward, second of three: mean and biased variance from the parts of `batchNormSums`. */
import {
  type ColumnSplit,
  columnCases,
  flatGrid,
  flatMain,
  float,
  type Kernel,
  lanesOf,
  vectorType,
} from './kernel';

/** Buffers: mean `[channels]`, variance `[channels]`, parts `[splits, 3, channels]`. */
export const batchNormMoments: Kernel<ColumnSplit> = {
  name: 'batchNormMoments',
  wgsl({ rows, channels, splits }) {
    const lanes = lanesOf(channels);
    const vectors = channels / lanes;
    const T = vectorType(lanes);
    return {
      label: 'batchNormMoments',
      workgroups: flatGrid(vectors),
      wgsl: `
@group(0) @binding(0) var<storage, read_write> mean: array<${T}>;
@group(0) @binding(1) var<storage, read_write> variance: array<${T}>;
@group(0) @binding(2) var<storage, read> parts: array<${T}>;
${flatMain(vectors)}
  var sum = ${T}();
  var shifted = ${T}();
  var squares = ${T}();
  for (var split = 0; split < ${splits}; split++) {
    let source = split * ${3 * vectors} + i;
    sum += parts[source];
    shifted += parts[source + ${vectors}];
    squares += parts[source + ${2 * vectors}];
  }
  let shift = shifted * ${float(1 / rows)};
  mean[i] = sum * ${float(1 / rows)};
  variance[i] = max(squares * ${float(1 / rows)} - shift * shift, ${T}());
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
  cases: columnCases,
};
