/**
 * @file Batch norm forward, last of three: z = ReLU((y − mean) / √(variance + ε) + β). A thread has one vector of
 * channels and goes through several rows, so that it reads the moments once.
 */
import { type ColumnSplit, columnCases, columnMain, float, type Kernel, vectorType } from '../../wgsl/kernel';

export interface BatchNormApplyOptions extends ColumnSplit {
  epsilon: number;
}

/** Buffers: z `[rows, channels]`, y, mean `[channels]`, variance `[channels]`, beta `[channels]`. */
export const batchNormApply: Kernel<BatchNormApplyOptions> = {
  name: 'batchNormApply',
  wgsl(options) {
    const { lanes, vectors, workgroups, main } = columnMain(options);
    const T = vectorType(lanes);
    return {
      label: 'batchNormApply',
      workgroups,
      wgsl: `
@group(0) @binding(0) var<storage, read_write> z: array<${T}>;
@group(0) @binding(1) var<storage, read> y: array<${T}>;
@group(0) @binding(2) var<storage, read> mean: array<${T}>;
@group(0) @binding(3) var<storage, read> variance: array<${T}>;
@group(0) @binding(4) var<storage, read> beta: array<${T}>;
${main}
  let center = mean[c];
  let inverse = inverseSqrt(variance[c] + ${float(options.epsilon)});
  let offset = beta[c];
  for (var r = row; r < lastRow; r++) {
    let i = r * ${vectors} + c;
    z[i] = max((y[i] - center) * inverse + offset, ${T}());
  }
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
  cases: columnCases.map(split => ({ ...split, epsilon: 1e-3 })),
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
