/**
 * @file Softmax cross-entropy with a mask. One thread a row: −log softmax of its label, and softmax − one-hot, which the
 * gradient needs; both 0 where the label is −1. The row's maximum is taken out first, so finite logits stay finite.
 */
import { ceilDivide, flatGrid, flatMain, type Kernel, type Values } from './kernel';

export interface CrossEntropyOptions {
  rows: number;
  classes: number;
}

const labelsOf = (rows: number, classes: number): Int32Array =>
  Int32Array.from({ length: rows }, (_, row) => ((row * 5) % (classes + 1)) - 1);

/** Buffers: row losses `[rows]`, excess `[rows, classes]`, logits `[rows, classes]`, labels `[rows]` i32. */
export const crossEntropyRows: Kernel<CrossEntropyOptions> = {
  name: 'crossEntropyRows',
  wgsl: ({ rows, classes }) => ({
    label: 'crossEntropyRows',
    workgroups: [ceilDivide(rows, 64), 1, 1],
    wgsl: `
@group(0) @binding(0) var<storage, read_write> losses: array<f32>;
@group(0) @binding(1) var<storage, read_write> excess: array<f32>;
@group(0) @binding(2) var<storage, read> logits: array<f32>;
@group(0) @binding(3) var<storage, read> labels: array<i32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let row = i32(id.x);
  if (row >= ${rows}) { return; }
  let first = row * ${classes};
  let label = labels[row];
  var largest = logits[first];
  for (var c = 1; c < ${classes}; c++) { largest = max(largest, logits[first + c]); }
  var sum = 0.0;
  for (var c = 0; c < ${classes}; c++) { sum += exp(logits[first + c] - largest); }
  let mask = select(0.0, 1.0, label >= 0);
  for (var c = 0; c < ${classes}; c++) {
    let probability = exp(logits[first + c] - largest) / sum;
    excess[first + c] = mask * probability - select(0.0, 1.0, c == label);
  }
  losses[row] = select(0.0, log(sum) - (logits[first + clamp(label, 0, ${classes - 1})] - largest), label >= 0 && label < ${classes});
}`,
  }),
  sizes: ({ rows, classes }) => ({ outputs: [rows, rows * classes], inputs: [rows * classes, rows] }),
  reference({ rows, classes }, losses, excess, logits, labels) {
    for (let row = 0; row < rows; row++) {
      const own = Array.from(logits?.slice(row * classes, (row + 1) * classes) ?? []);
      const label = labels?.[row] ?? -1;
      const largest = Math.max(...own);
      const sum = own.reduce((total, logit) => total + Math.exp(logit - largest), 0);
      own.forEach((logit, c) => {
        const probability = Math.exp(logit - largest) / sum;
        excess[row * classes + c] = label < 0 ? 0 : probability - (c === label ? 1 : 0);
      });
      losses[row] = label < 0 || label >= classes ? 0 : Math.log(sum) - ((own[label] ?? 0) - largest);
    }
  },
  example({ rows, classes }) {
    // Every third row is so sure that exp of a plain logit would overflow.
    const logits = Float32Array.from({ length: rows * classes }, (_, i) => {
      const sure = Math.floor(i / classes) % 3 === 2 ? 1e4 : 4;
      return sure * Math.sin(1.3 * i);
    });
    return [logits, labelsOf(rows, classes)];
  },
  cases: [
    { rows: 70, classes: 7 },
    { rows: 3, classes: 24 },
    { rows: 2, classes: 1 },
  ],
};

const threads = 64;

/** Mean over the labelled rows, 0 where there is none. Buffers: mean `[1]`, 1 / count `[1]`, row values `[rows]`, labels `[rows]` i32. */
export const maskedMean: Kernel<{ rows: number }> = {
  name: 'maskedMean',
  wgsl: ({ rows }) => ({
    label: 'maskedMean',
    workgroups: [1, 1, 1],
    wgsl: `
@group(0) @binding(0) var<storage, read_write> mean: array<f32>;
@group(0) @binding(1) var<storage, read_write> inverse: array<f32>;
@group(0) @binding(2) var<storage, read> values: array<f32>;
@group(0) @binding(3) var<storage, read> labels: array<i32>;
var<workgroup> sums: array<vec2<f32>, ${threads}>;
@compute @workgroup_size(${threads})
fn main(@builtin(local_invocation_index) thread: u32) {
  var own = vec2<f32>();
  for (var row = thread; row < ${rows}u; row += ${threads}u) {
    own += select(vec2<f32>(), vec2<f32>(values[row], 1.0), labels[row] >= 0);
  }
  sums[thread] = own;
  workgroupBarrier();
  if (thread > 0u) { return; }
  var total = vec2<f32>();
  for (var i = 0; i < ${threads}; i++) { total += sums[i]; }
  inverse[0] = 1.0 / max(total.y, 1.0);
  mean[0] = total.x / max(total.y, 1.0);
}`,
  }),
  sizes: ({ rows }) => ({ outputs: [1, 1], inputs: [rows, rows] }),
  reference(_, mean, inverse, values, labels) {
    let sum = 0;
    let count = 0;
    for (let row = 0; row < (values?.length ?? 0); row++) {
      if ((labels?.[row] ?? -1) < 0) continue;
      sum += values?.[row] ?? 0;
      count++;
    }
    inverse[0] = 1 / Math.max(count, 1);
    mean[0] = sum / Math.max(count, 1);
  },
  example: ({ rows }) => [
    Float32Array.from({ length: rows }, (_, i) => Math.sin(i)),
    rows === 2 ? Int32Array.of(-1, -1) : labelsOf(rows, 4),
  ],
  cases: [{ rows: 90 }, { rows: 2 }],
};

/** A map times two numbers that only the GPU knows. Buffers: result `[size]`, map `[size]`, a `[1]`, b `[1]`. */
export const scaledBy: Kernel<{ size: number }> = {
  name: 'scaledBy',
  wgsl: ({ size }) => ({
    label: 'scaledBy',
    workgroups: flatGrid(size),
    wgsl: `
@group(0) @binding(0) var<storage, read_write> result: array<f32>;
@group(0) @binding(1) var<storage, read> map: array<f32>;
@group(0) @binding(2) var<storage, read> a: array<f32>;
@group(0) @binding(3) var<storage, read> b: array<f32>;
${flatMain(size)}
  result[i] = map[i] * (a[0] * b[0]);
}`,
  }),
  sizes: ({ size }) => ({ outputs: [size], inputs: [size, 1, 1] }),
  reference(_, result, map, ...scalars) {
    const [a, b] = scalars as [Values, Values];
    for (let i = 0; i < result.length; i++) result[i] = (map?.[i] ?? 0) * (a[0] ?? 0) * (b[0] ?? 0);
  },
  cases: [{ size: 130 }],
};
