/**
 * @file Softmax cross-entropy with a mask. One thread computes one row: −log softmax of its label, whether the label
 * has the largest logit, and softmax − one-hot, which the gradient needs. All are 0 if the label is −1. The row's
 * maximum is subtracted first, so that finite logits give finite results.
 */
import { ceilDivide, flatGrid, flatMain, type Kernel, unroll } from '../../wgsl/kernel';

export interface CrossEntropyOptions {
  rows: number;
  classes: number;
}

const labelsOf = (rows: number, classes: number): Int32Array =>
  Int32Array.from({ length: rows }, (_, row) => ((row * 5) % (classes + 1)) - 1);

/**
 * Buffers: row losses, then hits (0 or 1) `[2, rows]`, excess `[rows, classes]`, logits `[rows, classes]`, labels
 * `[rows]` i32.
 */
export const crossEntropyRows: Kernel<CrossEntropyOptions> = {
  name: 'crossEntropyRows',
  wgsl: ({ rows, classes }) => ({
    label: 'crossEntropyRows',
    workgroups: [ceilDivide(rows, 64), 1, 1],
    wgsl: `
@group(0) @binding(0) var<storage, read_write> values: array<f32>;
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
  var best = 0;
  for (var c = 1; c < ${classes}; c++) {
    let logit = logits[first + c];
    if (logit > largest) { largest = logit; best = c; }
  }
  var sum = 0.0;
  for (var c = 0; c < ${classes}; c++) { sum += exp(logits[first + c] - largest); }
  let mask = select(0.0, 1.0, label >= 0);
  for (var c = 0; c < ${classes}; c++) {
    let probability = exp(logits[first + c] - largest) / sum;
    excess[first + c] = mask * probability - select(0.0, 1.0, c == label);
  }
  values[${rows} + row] = select(0.0, 1.0, best == label);
  values[row] = select(0.0, log(sum) - (logits[first + clamp(label, 0, ${classes - 1})] - largest), label >= 0 && label < ${classes});
}`,
  }),
  sizes: ({ rows, classes }) => ({ outputs: [2 * rows, rows * classes], inputs: [rows * classes, rows] }),
  reference({ rows, classes }, values, excess, logits, labels) {
    for (let row = 0; row < rows; row++) {
      const own = Array.from(logits?.slice(row * classes, (row + 1) * classes) ?? []);
      const label = labels?.[row] ?? -1;
      const largest = Math.max(...own);
      const sum = own.reduce((total, logit) => total + Math.exp(logit - largest), 0);
      own.forEach((logit, c) => {
        const probability = Math.exp(logit - largest) / sum;
        excess[row * classes + c] = label < 0 ? 0 : probability - (c === label ? 1 : 0);
      });
      values[rows + row] = own.indexOf(largest) === label ? 1 : 0;
      values[row] = label < 0 || label >= classes ? 0 : Math.log(sum) - ((own[label] ?? 0) - largest);
    }
  },
  example({ rows, classes }) {
    // Every third row has such large logits that exp of them would overflow.
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

export interface MaskedMeanOptions {
  rows: number;
  /** The number of columns of values. Each has a mean of its own. */
  kinds: number;
  /** The result is a base plus the mean times a scale. Only the GPU knows these two. There is one kind only. */
  added?: boolean;
}

/**
 * Takes means over the labelled rows. They are 0 if there is no such row. Buffers: each kind's mean `[1]`, 1 / count
 * `[1]`, row values `[kinds, rows]`, labels `[rows]` i32, then base `[1]` and scale `[1]` where added.
 */
export const maskedMean: Kernel<MaskedMeanOptions> = {
  name: 'maskedMean',
  wgsl({ rows, kinds, added }) {
    const binding = (index: number, access: string, name: string, type = 'f32') =>
      `@group(0) @binding(${index}) var<storage, ${access}> ${name}: array<${type}>;`;
    const each = (line: (kind: number) => string) => unroll(kinds, line);
    return {
      label: 'maskedMean',
      workgroups: [1, 1, 1],
      wgsl: `
${each(kind => binding(kind, 'read_write', `mean${kind}`))}
${binding(kinds, 'read_write', 'inverse')}
${binding(kinds + 1, 'read', 'values')}
${binding(kinds + 2, 'read', 'labels', 'i32')}
${added ? `${binding(kinds + 3, 'read', 'base')}\n${binding(kinds + 4, 'read', 'scale')}` : ''}
var<workgroup> sums: array<f32, ${threads * (kinds + 1)}>;
@compute @workgroup_size(${threads})
fn main(@builtin(local_invocation_index) thread: u32) {
  var count = 0.0;
  ${each(kind => `var sum${kind} = 0.0;`)}
  for (var row = thread; row < ${rows}u; row += ${threads}u) {
    if (labels[row] >= 0) {
      count += 1.0;
      ${each(kind => `sum${kind} += values[${kind * rows}u + row];`)}
    }
  }
  sums[thread] = count;
  ${each(kind => `sums[${(kind + 1) * threads}u + thread] = sum${kind};`)}
  workgroupBarrier();
  if (thread > 0u) { return; }
  for (var i = 1u; i < ${threads}u; i++) {
    count += sums[i];
    ${each(kind => `sum${kind} += sums[${(kind + 1) * threads}u + i];`)}
  }
  inverse[0] = 1.0 / max(count, 1.0);
  ${each(kind => `mean${kind}[0] = ${added ? 'base[0] + scale[0] * ' : ''}(sum${kind} / max(count, 1.0));`)}
}`,
    };
  },
  sizes: ({ rows, kinds, added }) => ({
    outputs: Array.from({ length: kinds + 1 }, () => 1),
    inputs: [kinds * rows, rows, ...(added ? [1, 1] : [])],
  }),
  reference({ rows, kinds, added }, ...buffers) {
    const [values, labels, base, scale] = buffers.slice(kinds + 1);
    const labelled = Array.from(labels ?? []).flatMap((label, row) => (label < 0 ? [] : [row]));
    const count = Math.max(labelled.length, 1);
    (buffers[kinds] ?? [])[0] = 1 / count;
    for (const [kind, mean] of buffers.slice(0, kinds).entries()) {
      const value = labelled.reduce((sum, row) => sum + (values?.[kind * rows + row] ?? 0), 0) / count;
      mean[0] = added ? (base?.[0] ?? 0) + (scale?.[0] ?? 0) * value : value;
    }
  },
  example: ({ rows, kinds, added }) => [
    Float32Array.from({ length: kinds * rows }, (_, i) => Math.sin(i)),
    rows === 2 ? Int32Array.of(-1, -1) : labelsOf(rows, 4),
    ...(added ? [Float32Array.of(0.7), Float32Array.of(0.3)] : []),
  ],
  cases: [
    { rows: 90, kinds: 2 },
    { rows: 7, kinds: 1, added: true },
    { rows: 2, kinds: 2 },
  ],
};

/**
 * Multiplies a map by numbers that only the GPU knows. Buffers: result `[size]`, map `[size]`, then each number
 * `[1]`.
 */
export const scaledBy: Kernel<{ size: number; scalars: number }> = {
  name: 'scaledBy',
  wgsl: ({ size, scalars }) => ({
    label: 'scaledBy',
    workgroups: flatGrid(size),
    wgsl: `
@group(0) @binding(0) var<storage, read_write> result: array<f32>;
@group(0) @binding(1) var<storage, read> map: array<f32>;
${unroll(scalars, s => `@group(0) @binding(${2 + s}) var<storage, read> factor${s}: array<f32>;`)}
${flatMain(size)}
  result[i] = map[i] * (${Array.from({ length: scalars }, (_, s) => `factor${s}[0]`).join(' * ')});
}`,
  }),
  sizes: ({ size, scalars }) => ({
    outputs: [size],
    inputs: [size, ...Array.from({ length: scalars }, () => 1)],
  }),
  reference(_, result, map, ...factors) {
    const factor = factors.reduce((product, [value = 0]) => product * value, 1);
    for (let i = 0; i < result.length; i++) result[i] = (map?.[i] ?? 0) * factor;
  },
  cases: [
    { size: 130, scalars: 2 },
    { size: 3, scalars: 3 },
  ],
};
