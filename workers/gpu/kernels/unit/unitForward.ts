/**
 * @file The dynamic-weight unit's forward pass on each sample: f = ψ·Z + b and its softmax. One workgroup a sample takes
 * Z's length and all products with ψ in one walk over Z; after one barrier one thread does the handful of numbers left.
 */
import { float, type Kernel, unroll, type Values } from '../../wgsl/kernel';
import { recordLength, tinySquare, type UnitShape, unitCases } from './unitShape';

const threads = 64;

/** Buffers: record `[batch, recordLength]`, Z `[batch, zSize]`, ψ `[rows, zSize]`, b `[rows]`. */
export const unitForward: Kernel<UnitShape> = {
  name: 'unitForward',
  wgsl({ batch, zSize, rows, normaliseZ, normaliseLogits, logitScale }) {
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
  ${each(r => `f${r} = f${r} * inverse + b[${r}];`)}
  let logitsSquare = ${sum(r => `f${r} * f${r}`)};
  let factor = ${normaliseLogits ? `inverseSqrt(logitsSquare + ${float(tinySquare)}) * ${float(logitScale)}` : '1.0'};
  var largest = f0 * factor;
  ${each(r => `largest = max(largest, f${r} * factor);`)}
  ${each(r => `let e${r} = exp(f${r} * factor - largest);`)}
  let total = ${sum(r => `e${r}`)};
  let at = group.x * ${recordLength(rows)}u;
  ${each(r => `record[at + ${r}u] = f${r};`)}
  ${each(r => `record[at + ${rows + r}u] = e${r} / total;`)}
  record[at + ${2 * rows}u] = inverse;
  record[at + ${2 * rows + 1}u] = ${normaliseLogits ? 'logitsSquare' : normaliseZ ? 'square' : '1.0'};
}`,
    };
  },
  sizes: ({ batch, zSize, rows }) => ({
    outputs: [batch * recordLength(rows)],
    inputs: [batch * zSize, rows * zSize, rows],
  }),
  reference({ batch, zSize, rows, normaliseZ, normaliseLogits, logitScale }, record, ...buffers) {
    const [z, psi, b] = buffers as [Values, Values, Values];
    for (let sample = 0; sample < batch; sample++) {
      const own = Array.from(z.slice(sample * zSize, (sample + 1) * zSize));
      const square = own.reduce((total, x) => total + x * x, 0);
      const inverse = normaliseZ ? 1 / Math.sqrt(square + tinySquare) : 1;
      const f = Array.from(
        { length: rows },
        (_, r) =>
          own.reduce((total, x, k) => total + x * (psi[r * zSize + k] ?? 0), 0) * inverse + (b[r] ?? 0),
      );
      const logitsSquare = f.reduce((total, v) => total + v * v, 0);
      const factor = normaliseLogits ? logitScale / Math.sqrt(logitsSquare + tinySquare) : 1;
      const largest = Math.max(...f.map(v => v * factor));
      const e = f.map(v => Math.exp(v * factor - largest));
      const total = e.reduce((a, v) => a + v, 0);
      const squared = normaliseLogits ? logitsSquare : normaliseZ ? square : 1;
      record.set([...f, ...e.map(v => v / total), inverse, squared], sample * recordLength(rows));
    }
  },
  cases: unitCases,
};
