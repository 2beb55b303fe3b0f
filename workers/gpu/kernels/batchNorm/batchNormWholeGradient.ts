/**
 * @file Batch norm with ReLU of a small map, backward, in one dispatch. Each thread has one channel. It computes the
 * same as `batchNormGradientSums`, `sumPairs` and `batchNormInputGradient` one after the other.
 */

import { float, type Kernel } from '../../wgsl/kernel';
import { gradientExample, normalised } from './batchNormGradientSums';
import { channelMain } from './batchNormWhole';

export interface BatchNormWholeGradientOptions {
  rows: number;
  channels: number;
  epsilon: number;
}

/** Buffers: dy `[rows, channels]`, dβ `[channels]`; dz `[rows, channels]`, y, mean `[channels]`, variance, beta. */
export const batchNormWholeGradient: Kernel<BatchNormWholeGradientOptions> = {
  name: 'batchNormWholeGradient',
  wgsl({ rows, channels, epsilon }) {
    const { workgroups, main } = channelMain(channels);
    return {
      label: 'batchNormWholeGradient',
      workgroups,
      wgsl: `
@group(0) @binding(0) var<storage, read_write> dy: array<f32>;
@group(0) @binding(1) var<storage, read_write> betaGradient: array<f32>;
@group(0) @binding(2) var<storage, read> dz: array<f32>;
@group(0) @binding(3) var<storage, read> y: array<f32>;
@group(0) @binding(4) var<storage, read> mean: array<f32>;
@group(0) @binding(5) var<storage, read> variance: array<f32>;
@group(0) @binding(6) var<storage, read> beta: array<f32>;
${main}
  let center = mean[c];
  let inverse = inverseSqrt(variance[c] + ${float(epsilon)});
  let offset = beta[c];
  var sum = 0.0;
  var products = 0.0;
  for (var i = c; i < ${rows * channels}; i += ${channels}) {
    let x = (y[i] - center) * inverse;
    let g = select(0.0, dz[i], x + offset > 0.0);
    sum += g;
    products += g * x;
  }
  betaGradient[c] = sum;
  for (var i = c; i < ${rows * channels}; i += ${channels}) {
    let x = (y[i] - center) * inverse;
    let g = select(0.0, dz[i], x + offset > 0.0);
    dy[i] = inverse * (g - (sum + x * products) * ${float(1 / rows)});
  }
}`,
    };
  },
  sizes: ({ rows, channels }) => ({
    outputs: [rows * channels, channels],
    inputs: [rows * channels, rows * channels, channels, channels, channels],
  }),
  reference(options, dy, betaGradient, dz, ...norm) {
    const { rows, channels, epsilon } = options;
    const variance = norm[2];
    for (let c = 0; c < channels; c++) {
      let sum = 0;
      let products = 0;
      for (let r = 0; r < rows; r++) {
        const { x, g } = normalised(options, r * channels + c, dz, norm);
        sum += g;
        products += g * x;
      }
      if (betaGradient) betaGradient[c] = sum;
      for (let r = 0; r < rows; r++) {
        const { x, g } = normalised(options, r * channels + c, dz, norm);
        dy[r * channels + c] = (g - (sum + x * products) / rows) / Math.sqrt((variance?.[c] ?? 0) + epsilon);
      }
    }
  },
  example: gradientExample,
  cases: [
    { rows: 8, channels: 24, epsilon: 1e-3 },
    { rows: 77, channels: 7, epsilon: 1e-3 },
    { rows: 1, channels: 1, epsilon: 1e-3 },
  ],
};
