/**
 * @file Batch norm forward, first of three: parts of Σ y, Σ d and Σ d² by channel, with d = y − y[0]. Subtracting the
 * first row keeps the variance exact if the mean is far from 0. Σ y keeps the mean exact if it is near 0.
 */
import {
  type ColumnSplit,
  columnCases,
  columnMain,
  type Kernel,
  splitOfRow,
  vectorType,
} from '../../wgsl/kernel';

/** Buffers: parts `[splits, 3, channels]`, y `[rows, channels]`. */
export const batchNormSums: Kernel<ColumnSplit> = {
  name: 'batchNormSums',
  wgsl(options) {
    const { lanes, vectors, workgroups, main } = columnMain(options);
    const T = vectorType(lanes);
    return {
      label: 'batchNormSums',
      workgroups,
      wgsl: `
@group(0) @binding(0) var<storage, read_write> parts: array<${T}>;
@group(0) @binding(1) var<storage, read> y: array<${T}>;
${main}
  let pivot = y[c];
  var sum = ${T}();
  var shifted = ${T}();
  var squares = ${T}();
  for (var r = row; r < lastRow; r++) {
    let value = y[r * ${vectors} + c];
    let d = value - pivot;
    sum += value;
    shifted += d;
    squares += d * d;
  }
  let to = split * ${3 * vectors} + c;
  parts[to] = sum;
  parts[to + ${vectors}] = shifted;
  parts[to + ${2 * vectors}] = squares;
}`,
    };
  },
  sizes: ({ rows, channels, splits }) => ({ outputs: [splits * 3 * channels], inputs: [rows * channels] }),
  reference(options, parts, y) {
    const { rows, channels } = options;
    const sums = new Float64Array(parts.length);
    for (let row = 0; row < rows; row++)
      for (let c = 0; c < channels; c++) {
        const value = y[row * channels + c] ?? 0;
        const d = value - (y[c] ?? 0);
        const at = splitOfRow(options, row) * 3 * channels + c;
        sums[at] = (sums[at] ?? 0) + value;
        sums[at + channels] = (sums[at + channels] ?? 0) + d;
        sums[at + 2 * channels] = (sums[at + 2 * channels] ?? 0) + d * d;
      }
    parts.set(sums);
  },
  cases: columnCases,
};
