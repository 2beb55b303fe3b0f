/** @file Parts of the sums over all rows of a `[rows, channels]` map: the gradient of a bias. `sumSplits` adds them. */
import {
  type ColumnSplit,
  columnCases,
  columnMain,
  float,
  type Kernel,
  splitOfRow,
  vectorType,
} from '../../wgsl/kernel';

export interface ColumnSumsOptions extends ColumnSplit {
  /** Multiplies the sums. */
  scale?: number;
}

/** Buffers: parts `[splits, channels]`, map `[rows, channels]`. */
export const columnSums: Kernel<ColumnSumsOptions> = {
  name: 'columnSums',
  wgsl(options) {
    const { lanes, vectors, workgroups, main } = columnMain(options);
    const { scale = 1 } = options;
    const T = vectorType(lanes);
    return {
      label: 'columnSums',
      workgroups,
      wgsl: `
@group(0) @binding(0) var<storage, read_write> parts: array<${T}>;
@group(0) @binding(1) var<storage, read> map: array<${T}>;
${main}
  var sum = ${T}();
  for (var r = row; r < lastRow; r++) { sum += map[r * ${vectors} + c]; }
  parts[split * ${vectors} + c] = sum${scale === 1 ? '' : ` * ${float(scale)}`};
}`,
    };
  },
  sizes: ({ rows, channels, splits }) => ({ outputs: [splits * channels], inputs: [rows * channels] }),
  reference(options, parts, map) {
    const { rows, channels, scale = 1 } = options;
    const sums = new Float64Array(parts.length);
    for (let row = 0; row < rows; row++)
      for (let c = 0; c < channels; c++) {
        const at = splitOfRow(options, row) * channels + c;
        sums[at] = (sums[at] ?? 0) + (map[row * channels + c] ?? 0);
      }
    parts.set(sums.map(sum => sum * scale));
  },
  cases: columnCases.map((split, i) => (i % 2 === 0 ? split : { ...split, scale: 0.17 })),
};
