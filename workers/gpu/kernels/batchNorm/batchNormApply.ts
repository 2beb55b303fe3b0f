/** @file Batch norm forward, last of three: z = ReLU((y − mean) / √(variance + ε) + β). */
import { flatGrid, flatMain, float, type Kernel, lanesOf, vectorType } from '../../wgsl/kernel';

export interface BatchNormApplyOptions {
  rows: number;
  channels: number;
  epsilon: number;
}

/** Buffers: z `[rows, channels]`, y, mean `[channels]`, variance `[channels]`, beta `[channels]`. */
export const batchNormApply: Kernel<BatchNormApplyOptions> = {
  name: 'batchNormApply',
  wgsl({ rows, channels, epsilon }) {
    const lanes = lanesOf(channels);
    const vectors = channels / lanes;
    const T = vectorType(lanes);
    return {
      label: 'batchNormApply',
      workgroups: flatGrid(rows * vectors),
      wgsl: `
@group(0) @binding(0) var<storage, read_write> z: array<${T}>;
@group(0) @binding(1) var<storage, read> y: array<${T}>;
@group(0) @binding(2) var<storage, read> mean: array<${T}>;
@group(0) @binding(3) var<storage, read> variance: array<${T}>;
@group(0) @binding(4) var<storage, read> beta: array<${T}>;
${flatMain(rows * vectors)}
  let c = i % ${vectors};
  z[i] = max((y[i] - mean[c]) * inverseSqrt(variance[c] + ${float(epsilon)}) + beta[c], ${T}());
}`,
    };
  },
  sizes: ({ rows, channels }) => ({
    outputs: [rows * channels],
    inputs: [rows * channels, channels, channels, channels],
  }),
  reference({ channels, epsilon }, z, y, mean, variance, beta) {
    for (let i = 0; i < z.length; i++) {
      const c = i % channels;
      const x = ((y[i] ?? 0) - (mean?.[c] ?? 0)) / Math.sqrt((variance?.[c] ?? 0) + epsilon);
      z[i] = Math.max(x + (beta?.[c] ?? 0), 0);
    }
  },
  example: ({ rows, channels }) => batchNormExample(rows, channels),
  cases: [
    { rows: 70, channels: 8, epsilon: 1e-3 },
    { rows: 9, channels: 7, epsilon: 1e-3 },
  ],
};

/** Test values of y, mean, variance (not negative) and β. */
export function batchNormExample(rows: number, channels: number): Float32Array[] {
  const wave = (length: number, f: (i: number) => number) => Float32Array.from({ length }, (_, i) => f(i));
  return [
    wave(rows * channels, i => Math.sin(2.1 * i) + (i % channels)),
    wave(channels, i => i + 0.1 * Math.sin(i)),
    wave(channels, i => 0.5 + 0.3 * Math.sin(1.3 * i)),
    wave(channels, i => 0.4 * Math.sin(3 * i + 1)),
  ];
}
