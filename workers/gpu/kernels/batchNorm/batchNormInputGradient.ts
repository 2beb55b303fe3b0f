/**
 * @file Batch norm backward, last of three: dy = (g − (Σ g + x̂ · Σ g·x̂) / rows) / √(variance + ε), g and x̂ as in
 * `batchNormGradientSums` (Ioffe and Szegedy, 2015).
 */

import { flatGrid, flatMain, float, type Kernel, lanesOf, vectorType } from '../../wgsl/kernel';
import { gradientExample, normalised } from './batchNormGradientSums';

export interface BatchNormInputGradientOptions {
  rows: number;
  channels: number;
  epsilon: number;
}

/** Buffers: dy `[rows, channels]`, dz, y, mean `[channels]`, variance, beta, Σ g `[channels]`, Σ g·x̂ `[channels]`. */
export const batchNormInputGradient: Kernel<BatchNormInputGradientOptions> = {
  name: 'batchNormInputGradient',
  wgsl({ rows, channels, epsilon }) {
    const lanes = lanesOf(channels);
    const vectors = channels / lanes;
    const T = vectorType(lanes);
    return {
      label: 'batchNormInputGradient',
      workgroups: flatGrid(rows * vectors),
      wgsl: `
@group(0) @binding(0) var<storage, read_write> dy: array<${T}>;
@group(0) @binding(1) var<storage, read> dz: array<${T}>;
@group(0) @binding(2) var<storage, read> y: array<${T}>;
@group(0) @binding(3) var<storage, read> mean: array<${T}>;
@group(0) @binding(4) var<storage, read> variance: array<${T}>;
@group(0) @binding(5) var<storage, read> beta: array<${T}>;
@group(0) @binding(6) var<storage, read> sums: array<${T}>;
@group(0) @binding(7) var<storage, read> products: array<${T}>;
${flatMain(rows * vectors)}
  let c = i % ${vectors};
  let inverse = inverseSqrt(variance[c] + ${float(epsilon)});
  let x = (y[i] - mean[c]) * inverse;
  let g = select(${T}(), dz[i], x + beta[c] > ${T}());
  dy[i] = inverse * (g - (sums[c] + x * products[c]) * ${float(1 / rows)});
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
  cases: [
    { rows: 70, channels: 8, epsilon: 1e-3 },
    { rows: 9, channels: 7, epsilon: 1e-3 },
  ],
};
