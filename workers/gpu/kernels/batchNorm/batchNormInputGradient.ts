/**
 * @file Batch norm backward, last of three: dy = (g − (Σ g + x̂ · Σ g·x̂) / rows) / √(variance + ε), g and x̂ as in
 * `batchNormGradientSums` (Ioffe and Szegedy, 2015). A thread goes through several rows of one vector of channels.
 */

import { columnCases, columnMain, float, type Kernel, vectorType } from '../../wgsl/kernel';
import { type BatchNormGradientOptions, gradientExample, normalised } from './batchNormGradientSums';

/** Buffers: dy `[rows, channels]`, dz, y, mean `[channels]`, variance, beta, Σ g `[channels]`, Σ g·x̂ `[channels]`. */
export const batchNormInputGradient: Kernel<BatchNormGradientOptions> = {
  name: 'batchNormInputGradient',
  wgsl(options) {
    const { lanes, vectors, workgroups, main } = columnMain(options);
    const T = vectorType(lanes);
    return {
      label: 'batchNormInputGradient',
      workgroups,
      wgsl: `
@group(0) @binding(0) var<storage, read_write> dy: array<${T}>;
@group(0) @binding(1) var<storage, read> dz: array<${T}>;
@group(0) @binding(2) var<storage, read> y: array<${T}>;
@group(0) @binding(3) var<storage, read> mean: array<${T}>;
@group(0) @binding(4) var<storage, read> variance: array<${T}>;
@group(0) @binding(5) var<storage, read> beta: array<${T}>;
@group(0) @binding(6) var<storage, read> sums: array<${T}>;
@group(0) @binding(7) var<storage, read> products: array<${T}>;
${main}
  let center = mean[c];
  let inverse = inverseSqrt(variance[c] + ${float(options.epsilon)});
  let offset = beta[c];
  let meanGradient = sums[c] * ${float(1 / options.rows)};
  let meanProduct = products[c] * ${float(1 / options.rows)};
  for (var r = row; r < lastRow; r++) {
    let i = r * ${vectors} + c;
    let x = (y[i] - center) * inverse;
    let g = select(${T}(), dz[i], x + offset > ${T}());
    dy[i] = inverse * (g - (meanGradient + x * meanProduct));
  }
}`,
    };
  },
  sizes: ({ rows, channels }) => ({
    outputs: [rows * channels],
    inputs: [rows * channels, rows * channels, ...Array.from({ length: 5 }, () => channels)],
  }),
  reference(options, dy, dz, ...others) {
    const { rows, channels, epsilon } = options;
    const [, , variance, , sums, products] = others;
    for (let i = 0; i < dy.length; i++) {
      const c = i % channels;
      const { x, g } = normalised(options, i, dz, others);
      const projected = ((sums?.[c] ?? 0) + x * (products?.[c] ?? 0)) / rows;
      dy[i] = (g - projected) / Math.sqrt((variance?.[c] ?? 0) + epsilon);
    }
  },
  example(options) {
    const wave = (phase: number) =>
      Float32Array.from({ length: options.channels }, (_, c) => Math.sin(c + phase));
    return [...gradientExample(options), wave(0), wave(2)];
  },
  cases: columnCases.map(split => ({ ...split, epsilon: 1e-3 })),
};
