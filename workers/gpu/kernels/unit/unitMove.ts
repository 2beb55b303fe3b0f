/**
 * @file One gradient step of (ψ, b) in place, v ← v − step·g with g = gradient + λ·v. b does not decay. The row of a
 * task without a sample in the batch does not decay either: its gradient is 0, and it keeps its logit. The step is
 * clipped by g's norm. On request (ψ, b) is scaled back to length 1. Both lengths come from three sums that are
 * computed before: ‖v − step·g‖² = ‖v‖² − 2·step·⟨v, g⟩ + step²·‖g‖².
 */
import { flatGrid, float, type Kernel, type Values } from '../../wgsl/kernel';
import { examplePresence, type FirstTask, tinySquare } from './unitShape';

export interface UnitStepOptions extends FirstTask {
  zSize: number;
  rows: number;
  weightDecay: number;
}

export interface UnitMoveOptions extends UnitStepOptions {
  /** The longest step before the rate is applied. 0 means no clipping. */
  clipNorm: number;
  rescale: boolean;
}

/** The number of threads that compute the sums. Each computes one part. */
const parts = 256;
const kinds = 3;

const stepCases: readonly UnitStepOptions[] = [
  { zSize: 300, rows: 3, firstTask: 0, weightDecay: 0.1 },
  { zSize: 1, rows: 2, firstTask: 1, weightDecay: 0 },
];

/** `v` and `g` of element `i`: first ψ's, then b's. */
const element = ({ zSize, rows, firstTask, weightDecay }: UnitStepOptions, at: string) => `
  let isPsi = i < ${rows * zSize};
  if (isPsi) { v = psi[${at}]; g = dpsi[${at}] + ${float(weightDecay)} * present[${firstTask} + ${at} / ${zSize}] * v; }
  else { v = b[${at} - ${rows * zSize}]; g = db[${at} - ${rows * zSize}]; }`;

/**
 * Buffers: parts of ‖g‖², ⟨v, g⟩, ‖v‖² `[256, 3]`, dψ `[rows, zSize]`, db `[rows]`, ψ, b, the tasks' presence
 * `[tasks]`.
 */
export const unitSquares: Kernel<UnitStepOptions> = {
  name: 'unitSquares',
  wgsl: options => ({
    label: 'unitSquares',
    workgroups: [parts / 64, 1, 1],
    wgsl: `
@group(0) @binding(0) var<storage, read_write> parts: array<f32>;
@group(0) @binding(1) var<storage, read> dpsi: array<f32>;
@group(0) @binding(2) var<storage, read> db: array<f32>;
@group(0) @binding(3) var<storage, read> psi: array<f32>;
@group(0) @binding(4) var<storage, read> b: array<f32>;
@group(0) @binding(5) var<storage, read> present: array<f32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let thread = i32(id.x);
  var sums = vec3<f32>();
  for (var i = thread; i < ${options.rows * (options.zSize + 1)}; i += ${parts}) {
    var v: f32;
    var g: f32;
    ${element(options, 'i')}
    sums += vec3<f32>(g * g, v * g, v * v);
  }
  parts[thread * ${kinds}] = sums.x;
  parts[thread * ${kinds} + 1] = sums.y;
  parts[thread * ${kinds} + 2] = sums.z;
}`,
  }),
  sizes: ({ zSize, rows, firstTask }) => ({
    outputs: [parts * kinds],
    inputs: [rows * zSize, rows, rows * zSize, rows, firstTask + rows],
  }),
  reference({ rows, zSize, firstTask, weightDecay }, sums, ...buffers) {
    const [dpsi, db, psi, b, present] = buffers as [Values, Values, Values, Values, Values];
    sums.fill(0);
    for (let i = 0; i < rows * (zSize + 1); i++) {
      const rest = i - rows * zSize;
      const v = (rest < 0 ? psi[i] : b[rest]) ?? 0;
      const decay = weightDecay * (present[firstTask + Math.floor(i / zSize)] ?? 0);
      const g = rest < 0 ? (dpsi[i] ?? 0) + decay * v : (db[rest] ?? 0);
      const at = (i % parts) * kinds;
      [g * g, v * g, v * v].forEach((term, kind) => {
        sums[at + kind] = (sums[at + kind] ?? 0) + term;
      });
    }
  },
  example({ zSize, rows, firstTask }) {
    const wave = (length: number, phase: number) =>
      Float32Array.from({ length }, (_, i) => Math.sin(1.7 * i + phase));
    const buffers = [wave(rows * zSize, 0), wave(rows, 1), wave(rows * zSize, 2), wave(rows, 3)];
    return [...buffers, examplePresence(firstTask + rows)];
  },
  cases: stepCases,
};

/**
 * Buffers: ψ, b, dψ, db, parts of the sums `[256, 3]`, the longest step `[1]` (`live` of the unit), presence
 * `[tasks]`.
 */
export const unitMove: Kernel<UnitMoveOptions> = {
  name: 'unitMove',
  wgsl: options => ({
    label: 'unitMove',
    workgroups: flatGrid(options.rows * (options.zSize + 1)),
    wgsl: `
@group(0) @binding(0) var<storage, read_write> psi: array<f32>;
@group(0) @binding(1) var<storage, read_write> b: array<f32>;
@group(0) @binding(2) var<storage, read> dpsi: array<f32>;
@group(0) @binding(3) var<storage, read> db: array<f32>;
@group(0) @binding(4) var<storage, read> parts: array<f32>;
@group(0) @binding(5) var<storage, read> longest: array<f32>;
@group(0) @binding(6) var<storage, read> present: array<f32>;
var<workgroup> shares: array<vec3<f32>, 64>;
@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  var share = vec3<f32>();
  for (var part = thread * ${kinds}u; part < ${parts * kinds}u; part += ${64 * kinds}u) {
    share += vec3<f32>(parts[part], parts[part + 1u], parts[part + 2u]);
  }
  shares[thread] = share;
  workgroupBarrier();
  var sums = vec3<f32>();
  for (var other = 0u; other < 64u; other++) { sums += shares[other]; }
  let i = i32(id.y * groups.x * 64u + id.x);
  if (i >= ${options.rows * (options.zSize + 1)}) { return; }
  let step = longest[0]${options.clipNorm > 0 ? ` / max(sqrt(sums.x), ${float(options.clipNorm)})` : ''};
  let factor = ${
    options.rescale
      ? `inverseSqrt(max(sums.z - 2.0 * step * sums.y + step * step * sums.x, 0.0) + ${float(tinySquare)})`
      : '1.0'
  };
  var v: f32;
  var g: f32;
  ${element(options, 'i')}
  let next = (v - step * g) * factor;
  if (isPsi) { psi[i] = next; } else { b[i - ${options.rows * options.zSize}] = next; }
}`,
  }),
  sizes: ({ zSize, rows, firstTask }) => ({
    outputs: [rows * zSize, rows],
    inputs: [rows * zSize, rows, parts * kinds, 1, firstTask + rows],
  }),
  reference({ rows, zSize, firstTask, weightDecay, clipNorm, rescale }, psi, b, ...buffers) {
    const [dpsi, db, sums, longest, present] = buffers as [Values, Values, Values, Values, Values];
    const sum = (kind: number) => Array.from(sums).reduce((a, v, i) => (i % kinds === kind ? a + v : a), 0);
    const [squared, along, own] = [sum(0), sum(1), sum(2)];
    const step = (longest[0] ?? 0) / (clipNorm > 0 ? Math.max(Math.sqrt(squared), clipNorm) : 1);
    const after = own - 2 * step * along + step * step * squared;
    const factor = rescale ? 1 / Math.sqrt(Math.max(after, 0) + tinySquare) : 1;
    for (let i = 0; i < rows * zSize; i++) {
      const v = psi[i] ?? 0;
      const decay = weightDecay * (present[firstTask + Math.floor(i / zSize)] ?? 0);
      psi[i] = (v - step * ((dpsi[i] ?? 0) + decay * v)) * factor;
    }
    for (let r = 0; r < rows; r++) b[r] = ((b[r] ?? 0) - step * (db[r] ?? 0)) * factor;
  },
  example: ({ zSize, rows, firstTask }) => [
    Float32Array.from({ length: rows * zSize }, (_, i) => Math.sin(1.7 * i)),
    Float32Array.from({ length: rows }, (_, i) => Math.cos(1.7 * i)),
    // These are the sums of a gradient with ‖g‖² = 64, ⟨v, g⟩ = −16 and ‖v‖² = 32.
    Float32Array.from({ length: parts * kinds }, (_, i) => [0.25, -0.0625, 0.125][i % kinds] ?? 0),
    Float32Array.of(0.3),
    examplePresence(firstTask + rows),
  ],
  cases: stepCases.flatMap(shape => [
    { ...shape, clipNorm: 5, rescale: true },
    { ...shape, clipNorm: 0, rescale: false },
  ]),
};
