/**
 * @file The dynamic-weight unit's forward pass on each sample: f = ψ·Z + b and its softmax. Each sample has one
 * workgroup. It reads Z once for Z's length and for all products with ψ. After one barrier, one thread computes the
 * few numbers that are left. The softmax, and the length by which the logits are divided, include only the tasks that
 * the batch has.
 */
import { float, type Kernel, unroll, type Values } from '../../wgsl/kernel';
import {
  examplePresence,
  type FirstTask,
  recordLength,
  tinySquare,
  type UnitShape,
  unitCases,
} from './unitShape';

const threads = 64;

/** No logit is below it. */
const lowest = -3e38;
/** Avoids a division by 0. The sum of exponentials is at least 1 if a task is present. */
const leastTotal = 1e-30;

/**
 * Buffers: record `[batch, recordLength]`, Z `[batch, zSize]`, ψ `[rows, zSize]`, b `[rows]`, the tasks' presence
 * `[tasks]`.
 */
export const unitForward: Kernel<UnitShape & FirstTask> = {
  name: 'unitForward',
  wgsl({ batch, zSize, rows, firstTask, normaliseZ, normaliseLogits, logitScale }) {
    const each = (line: (row: number) => string) => unroll(rows, line);
    const sum = (term: (row: number) => string) =>
      Array.from({ length: rows }, (_, r) => term(r)).join(' + ');
    return {
      label: 'unitForward',
      workgroups: [batch, 1, 1],
      wgsl: `
@group(0) @binding(0) var<storage, read_write> record: array<f32>;
@group(0) @binding(1) var<storage, read> z: array<f32>;
@group(0) @binding(2) var<storage, read> psi: array<f32>;
@group(0) @binding(3) var<storage, read> b: array<f32>;
@group(0) @binding(4) var<storage, read> present: array<f32>;
var<workgroup> shares: array<f32, ${threads * (rows + 1)}>;
@compute @workgroup_size(${threads})
fn main(@builtin(local_invocation_index) thread: u32, @builtin(workgroup_id) group: vec3<u32>) {
  let first = group.x * ${zSize}u;
  var square = 0.0;
  ${each(r => `var f${r} = 0.0;`)}
  for (var k = thread; k < ${zSize}u; k += ${threads}u) {
    let x = z[first + k];
    square += x * x;
    ${each(r => `f${r} += x * psi[${r * zSize}u + k];`)}
  }
  shares[thread * ${rows + 1}u] = square;
  ${each(r => `shares[thread * ${rows + 1}u + ${r + 1}u] = f${r};`)}
  workgroupBarrier();
  if (thread > 0u) { return; }
  for (var other = 1u; other < ${threads}u; other++) {
    square += shares[other * ${rows + 1}u];
    ${each(r => `f${r} += shares[other * ${rows + 1}u + ${r + 1}u];`)}
  }
  let inverse = ${normaliseZ ? `inverseSqrt(square + ${float(tinySquare)})` : '1.0'};
  ${each(r => `let shown${r} = present[${firstTask + r}] > 0.5;`)}
  ${each(r => `f${r} = select(0.0, f${r} * inverse + b[${r}], shown${r});`)}
  let logitsSquare = ${sum(r => `f${r} * f${r}`)};
  let factor = ${normaliseLogits ? `inverseSqrt(logitsSquare + ${float(tinySquare)}) * ${float(logitScale)}` : '1.0'};
  var largest = ${float(lowest)};
  ${each(r => `largest = select(largest, max(largest, f${r} * factor), shown${r});`)}
  ${each(r => `let e${r} = select(0.0, exp(f${r} * factor - largest), shown${r});`)}
  let total = max(${sum(r => `e${r}`)}, ${float(leastTotal)});
  let at = group.x * ${recordLength(rows)}u;
  ${each(r => `record[at + ${r}u] = f${r};`)}
  ${each(r => `record[at + ${rows + r}u] = e${r} / total;`)}
  record[at + ${2 * rows}u] = inverse;
  record[at + ${2 * rows + 1}u] = ${normaliseLogits ? 'logitsSquare' : normaliseZ ? 'square' : '1.0'};
}`,
    };
  },
  sizes: ({ batch, zSize, rows, firstTask }) => ({
    outputs: [batch * recordLength(rows)],
    inputs: [batch * zSize, rows * zSize, rows, firstTask + rows],
  }),
  reference({ batch, zSize, rows, firstTask, normaliseZ, normaliseLogits, logitScale }, record, ...buffers) {
    const [z, psi, b, present] = buffers as [Values, Values, Values, Values];
    const shown = Array.from({ length: rows }, (_, r) => (present[firstTask + r] ?? 0) > 0.5);
    for (let sample = 0; sample < batch; sample++) {
      const own = Array.from(z.slice(sample * zSize, (sample + 1) * zSize));
      const square = own.reduce((total, x) => total + x * x, 0);
      const inverse = normaliseZ ? 1 / Math.sqrt(square + tinySquare) : 1;
      const f = shown.map((has, r) =>
        has
          ? own.reduce((total, x, k) => total + x * (psi[r * zSize + k] ?? 0), 0) * inverse + (b[r] ?? 0)
          : 0,
      );
      const logitsSquare = f.reduce((total, v) => total + v * v, 0);
      const factor = normaliseLogits ? logitScale / Math.sqrt(logitsSquare + tinySquare) : 1;
      const largest = Math.max(lowest, ...f.filter((_, r) => shown[r]).map(v => v * factor));
      const e = f.map((v, r) => (shown[r] ? Math.exp(v * factor - largest) : 0));
      const total = Math.max(
        e.reduce((a, v) => a + v, 0),
        leastTotal,
      );
      const squared = normaliseLogits ? logitsSquare : normaliseZ ? square : 1;
      record.set([...f, ...e.map(v => v / total), inverse, squared], sample * recordLength(rows));
    }
  },
  example({ batch, zSize, rows, firstTask }) {
    const wave = (length: number, phase: number) =>
      Float32Array.from({ length }, (_, i) => Math.sin(1.7 * i + phase));
    const buffers = [wave(batch * zSize, 0), wave(rows * zSize, 1), wave(rows, 2)];
    return [...buffers, examplePresence(firstTask + rows)];
  },
  cases: unitCases.map((shape, i) => ({ ...shape, firstTask: i % 2 })),
};
