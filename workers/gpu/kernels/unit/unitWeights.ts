/**
 * @file Computes the task weights, which are means over a batch's records (`unitShape.ts`), and the shortest squared
 * length.
 */
import type { Kernel } from '../../wgsl/kernel';
import { recordLength } from './unitShape';

export interface UnitWeightsOptions {
  batch: number;
  rows: number;
  /** The number of tasks before the first one that has a row. Their weight is 0. */
  firstTask: number;
}

/** Buffers: weights `[firstTask + rows]`, shortest `[1]`, records `[batch, recordLength]`. A thread a number. */
export const unitWeights: Kernel<UnitWeightsOptions> = {
  name: 'unitWeights',
  wgsl({ batch, rows, firstTask }) {
    const stride = recordLength(rows);
    return {
      label: 'unitWeights',
      workgroups: [1, 1, 1],
      wgsl: `
@group(0) @binding(0) var<storage, read_write> weights: array<f32>;
@group(0) @binding(1) var<storage, read_write> shortest: array<f32>;
@group(0) @binding(2) var<storage, read> records: array<f32>;
@compute @workgroup_size(${rows + 1})
fn main(@builtin(local_invocation_index) thread: u32) {
  if (thread == ${rows}u) {
    var least = records[${stride - 1}];
    for (var sample = 1u; sample < ${batch}u; sample++) {
      least = min(least, records[sample * ${stride}u + ${stride - 1}u]);
    }
    shortest[0] = least;
    return;
  }
  var sum = 0.0;
  for (var sample = 0u; sample < ${batch}u; sample++) { sum += records[sample * ${stride}u + ${rows}u + thread]; }
  weights[${firstTask}u + thread] = sum / ${batch}.0;
  if (thread < ${firstTask}u) { weights[thread] = 0.0; }
}`,
    };
  },
  sizes: ({ batch, rows, firstTask }) => ({
    outputs: [firstTask + rows, 1],
    inputs: [batch * recordLength(rows)],
  }),
  reference({ batch, rows, firstTask }, weights, shortest, records) {
    const stride = recordLength(rows);
    weights.fill(0);
    shortest[0] = Number.POSITIVE_INFINITY;
    for (let sample = 0; sample < batch; sample++) {
      for (let r = 0; r < rows; r++)
        weights[firstTask + r] =
          (weights[firstTask + r] ?? 0) + (records?.[sample * stride + rows + r] ?? 0) / batch;
      shortest[0] = Math.min(shortest[0] ?? 0, records?.[(sample + 1) * stride - 1] ?? 0);
    }
  },
  cases: [
    { batch: 90, rows: 3, firstTask: 0 },
    { batch: 7, rows: 2, firstTask: 1 },
    { batch: 1, rows: 1, firstTask: 1 },
  ],
};
