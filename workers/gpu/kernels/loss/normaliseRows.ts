/**
 * @file Rows of unit length, y = x / √(‖x‖² + ε), and the gradient dx = (dy − y·⟨dy, y⟩) / √(‖x‖² + ε). Each row has
 * one workgroup. Each thread sums its share, and after one barrier every thread adds all shares in the same order.
 */
import type { Kernel } from '../../wgsl/kernel';

export interface NormaliseOptions {
  rows: number;
  features: number;
  epsilon: number;
}

const threads = 64;

/** Puts a row's sum of `term` (an expression of element `i`) into `sum` in every thread. */
const rowSum = (features: number, term: string): string => `
var<workgroup> shares: array<f32, ${threads}>;
@compute @workgroup_size(${threads})
fn main(@builtin(local_invocation_index) thread: u32, @builtin(workgroup_id) group: vec3<u32>) {
  let row = group.x;
  let end = (row + 1u) * ${features}u;
  var share = 0.0;
  for (var i = row * ${features}u + thread; i < end; i += ${threads}u) { share += ${term}; }
  shares[thread] = share;
  workgroupBarrier();
  var sum = 0.0;
  for (var i = 0; i < ${threads}; i++) { sum += shares[i]; }`;

const cases = [
  { rows: 5, features: 70, epsilon: 1e-10 },
  { rows: 1, features: 3, epsilon: 1e-10 },
];

/** Buffers: y `[rows, features]`, 1/√(‖x‖² + ε) `[rows]`, x. */
export const normaliseRows: Kernel<NormaliseOptions> = {
  name: 'normaliseRows',
  wgsl: ({ rows, features, epsilon }) => ({
    label: 'normaliseRows',
    workgroups: [rows, 1, 1],
    wgsl: `
@group(0) @binding(0) var<storage, read_write> y: array<f32>;
@group(0) @binding(1) var<storage, read_write> inverse: array<f32>;
@group(0) @binding(2) var<storage, read> x: array<f32>;
${rowSum(features, 'x[i] * x[i]')}
  let scale = inverseSqrt(sum + ${epsilon.toExponential()}f);
  for (var i = row * ${features}u + thread; i < end; i += ${threads}u) { y[i] = x[i] * scale; }
  if (thread == 0u) { inverse[row] = scale; }
}`,
  }),
  sizes: ({ rows, features }) => ({ outputs: [rows * features, rows], inputs: [rows * features] }),
  reference({ rows, features, epsilon }, y, inverse, x) {
    for (let row = 0; row < rows; row++) {
      let sum = 0;
      for (let i = row * features; i < (row + 1) * features; i++) sum += (x?.[i] ?? 0) ** 2;
      const scale = 1 / Math.sqrt(sum + epsilon);
      for (let i = row * features; i < (row + 1) * features; i++) y[i] = (x?.[i] ?? 0) * scale;
      inverse[row] = scale;
    }
  },
  cases,
};

/** Buffers: dx `[rows, features]`, dy, y, 1/√(‖x‖² + ε) `[rows]`. */
export const normaliseRowsGradient: Kernel<NormaliseOptions> = {
  name: 'normaliseRowsGradient',
  wgsl: ({ rows, features }) => ({
    label: 'normaliseRowsGradient',
    workgroups: [rows, 1, 1],
    wgsl: `
@group(0) @binding(0) var<storage, read_write> dx: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read> y: array<f32>;
@group(0) @binding(3) var<storage, read> inverse: array<f32>;
${rowSum(features, 'dy[i] * y[i]')}
  let scale = inverse[row];
  for (var i = row * ${features}u + thread; i < end; i += ${threads}u) { dx[i] = (dy[i] - y[i] * sum) * scale; }
}`,
  }),
  sizes: ({ rows, features }) => ({
    outputs: [rows * features],
    inputs: [rows * features, rows * features, rows],
  }),
  reference({ rows, features }, dx, dy, y, inverse) {
    for (let row = 0; row < rows; row++) {
      let along = 0;
      for (let i = row * features; i < (row + 1) * features; i++) along += (dy?.[i] ?? 0) * (y?.[i] ?? 0);
      for (let i = row * features; i < (row + 1) * features; i++)
        dx[i] = ((dy?.[i] ?? 0) - (y?.[i] ?? 0) * along) * (inverse?.[row] ?? 0);
    }
  },
  cases,
};
