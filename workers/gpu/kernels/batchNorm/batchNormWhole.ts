/**
 * @file Batch norm with ReLU of a small map, forward, in one dispatch. Each thread has one channel and goes through
 * its rows twice. For a map of few rows, the dispatches of `batchNormSums`, `batchNormMoments` and `batchNormApply`
 * would cost more than their work.
 */

import { ceilDivide, float, type Kernel, type Values } from '../../wgsl/kernel';
import { moveStatistics, movingBindings, movingReference } from './batchNormMoments';

export interface BatchNormWholeOptions {
  rows: number;
  channels: number;
  epsilon: number;
  /** The decay of the moving statistics. Without it they are neither bound nor changed. */
  decay?: number;
}

/** The threads of a workgroup. They are few, so that a map of few channels still runs on several cores. */
const channelThreads = 16;

/** Returns the grid and the head of a kernel with one thread for each channel `c`. */
export const channelMain = (
  channels: number,
): { workgroups: readonly [number, number, number]; main: string } => ({
  workgroups: [ceilDivide(channels, channelThreads), 1, 1],
  main: `
@compute @workgroup_size(${channelThreads})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let c = i32(id.x);
  if (c >= ${channels}) { return; }`,
});

/**
 * Buffers: z `[rows, channels]`, mean `[channels]`, variance `[channels]`, with a decay the moving mean and variance
 * `[channels]`, updated; then y `[rows, channels]`, beta `[channels]`.
 */
export const batchNormWhole: Kernel<BatchNormWholeOptions> = {
  name: 'batchNormWhole',
  wgsl({ rows, channels, epsilon, decay }) {
    const { workgroups, main } = channelMain(channels);
    const moving = movingBindings(3, decay, 'f32');
    return {
      label: 'batchNormWhole',
      workgroups,
      wgsl: `
@group(0) @binding(0) var<storage, read_write> z: array<f32>;
@group(0) @binding(1) var<storage, read_write> mean: array<f32>;
@group(0) @binding(2) var<storage, read_write> variance: array<f32>;
${moving.declarations}
@group(0) @binding(${moving.next}) var<storage, read> y: array<f32>;
@group(0) @binding(${moving.next + 1}) var<storage, read> beta: array<f32>;
${main}
  let pivot = y[c];
  var sum = 0.0;
  var shifted = 0.0;
  var squares = 0.0;
  for (var i = c; i < ${rows * channels}; i += ${channels}) {
    let value = y[i];
    let d = value - pivot;
    sum += value;
    shifted += d;
    squares += d * d;
  }
  let batchMean = sum * ${float(1 / rows)};
  let shift = shifted * ${float(1 / rows)};
  let batchVariance = max(squares * ${float(1 / rows)} - shift * shift, 0.0);
  mean[c] = batchMean;
  variance[c] = batchVariance;
  ${moveStatistics(decay, 'c', 'batchMean', 'batchVariance')}
  let inverse = inverseSqrt(batchVariance + ${float(epsilon)});
  let offset = beta[c];
  for (var i = c; i < ${rows * channels}; i += ${channels}) {
    z[i] = max((y[i] - batchMean) * inverse + offset, 0.0);
  }
}`,
    };
  },
  sizes: ({ rows, channels, decay }) => ({
    outputs: [rows * channels, ...Array.from({ length: decay === undefined ? 2 : 4 }, () => channels)],
    inputs: [rows * channels, channels],
  }),
  reference({ rows, channels, epsilon, decay }, ...buffers) {
    const [z, mean, variance] = buffers as [Values, Values, Values];
    const [y, beta] = buffers.slice(-2) as [Values, Values];
    for (let c = 0; c < channels; c++) {
      let sum = 0;
      for (let r = 0; r < rows; r++) sum += y[r * channels + c] ?? 0;
      let squares = 0;
      for (let r = 0; r < rows; r++) squares += ((y[r * channels + c] ?? 0) - sum / rows) ** 2;
      mean[c] = sum / rows;
      variance[c] = squares / rows;
      for (let r = 0; r < rows; r++) {
        const i = r * channels + c;
        z[i] = Math.max(((y[i] ?? 0) - sum / rows) / Math.sqrt(squares / rows + epsilon) + (beta[c] ?? 0), 0);
      }
    }
    movingReference(decay, mean, variance, buffers.slice(3));
  },
  // The mean is only 1, because with few rows its rounding error may be divided by a small deviation.
  example: ({ rows, channels }) => [
    Float32Array.from({ length: rows * channels }, (_, i) => 1 + Math.sin(2.1 * i)),
    Float32Array.from({ length: channels }, (_, c) => 0.4 * Math.sin(3 * c + 1)),
  ],
  cases: [
    { rows: 8, channels: 24, epsilon: 1e-3, decay: 0.9 },
    { rows: 77, channels: 7, epsilon: 1e-3 },
    { rows: 1, channels: 1, epsilon: 1e-3, decay: 0.995 },
  ],
};
