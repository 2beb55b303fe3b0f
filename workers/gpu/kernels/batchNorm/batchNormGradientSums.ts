/**
 * @file Batch norm backward, first of three: parts of Σ g and Σ g·x̂ by channel, with x̂ = (y − mean)/√(variance + ε)
 * and g = dz where x̂ + β > 0, else 0.
 */

import {
  type ColumnSplit,
  columnCases,
  columnMain,
  float,
  type Kernel,
  splitOfRow,
  type Values,
  vectorType,
} from '../../wgsl/kernel';
import { batchNormExample } from './batchNormApply';

export interface BatchNormGradientOptions extends ColumnSplit {
  epsilon: number;
}

/** Buffers: parts `[splits, 2, channels]`, dz `[rows, channels]`, y, mean `[channels]`, variance, beta. */
export const batchNormGradientSums: Kernel<BatchNormGradientOptions> = {
  name: 'batchNormGradientSums',
  wgsl(options) {
    const { lanes, vectors, workgroups, main } = columnMain(options);
    const T = vectorType(lanes);
    return {
      label: 'batchNormGradientSums',
      workgroups,
      wgsl: `
@group(0) @binding(0) var<storage, read_write> parts: array<${T}>;
@group(0) @binding(1) var<storage, read> dz: array<${T}>;
@group(0) @binding(2) var<storage, read> y: array<${T}>;
@group(0) @binding(3) var<storage, read> mean: array<${T}>;
@group(0) @binding(4) var<storage, read> variance: array<${T}>;
@group(0) @binding(5) var<storage, read> beta: array<${T}>;
${main}
  let center = mean[c];
  let inverse = inverseSqrt(variance[c] + ${float(options.epsilon)});
  let offset = beta[c];
  var sum = ${T}();
  var products = ${T}();
  for (var r = row; r < lastRow; r++) {
    let i = r * ${vectors} + c;
    let x = (y[i] - center) * inverse;
    let g = select(${T}(), dz[i], x + offset > ${T}());
    sum += g;
    products += g * x;
  }
  parts[split * ${2 * vectors} + c] = sum;
  parts[split * ${2 * vectors} + ${vectors} + c] = products;
}`,
    };
  },
  sizes: ({ rows, channels, splits }) => ({
    outputs: [splits * 2 * channels],
    inputs: [rows * channels, rows * channels, channels, channels, channels],
  }),
  reference(options, parts, dz, ...norm) {
    const { rows, channels } = options;
    const sums = new Float64Array(parts.length);
    for (let row = 0; row < rows; row++)
      for (let c = 0; c < channels; c++) {
        const { x, g } = normalised(options, row * channels + c, dz, norm);
        const at = splitOfRow(options, row) * 2 * channels + c;
        sums[at] = (sums[at] ?? 0) + g;
        sums[at + channels] = (sums[at + channels] ?? 0) + g * x;
      }
    parts.set(sums);
  },
  example: gradientExample,
  cases: columnCases.map(split => ({ ...split, epsilon: 1e-3 })),
};

/** x̂ and the gradient that passed the ReLU, at element i. `norm`: y, mean, variance, beta. */
export function normalised(
  { channels, epsilon }: { channels: number; epsilon: number },
  i: number,
  dz: Values | undefined,
  [y, mean, variance, beta]: readonly Values[],
): { x: number; g: number } {
  const c = i % channels;
  const x = ((y?.[i] ?? 0) - (mean?.[c] ?? 0)) / Math.sqrt((variance?.[c] ?? 0) + epsilon);
  return { x, g: x + (beta?.[c] ?? 0) > 0 ? (dz?.[i] ?? 0) : 0 };
}

/** Test values of dz, y, mean, variance and β. */
export function gradientExample({ rows, channels }: { rows: number; channels: number }): Float32Array[] {
  const dz = Float32Array.from({ length: rows * channels }, (_, i) => Math.cos(1.9 * i));
  return [dz, ...batchNormExample(rows, channels)];
}
