/**
 * @file ∂/∂f of the dynamic-weight unit, sample by sample. With p = softmax(f) and r = ∂/∂w, the mean over the batch
 * gives
 *
 *   true          p_i (r_i − Σ_j p_j r_j) / batch
 *   as printed    p_i (1 − p_i) r_i / batch            eq. 8–9, without the cross terms
 *
 * If the softmax took s·f/‖f‖, then d(s·f/‖f‖) = s/‖f‖ · (1 − f̂ f̂ᵀ) df, which is orthogonal to f. For L3 the kernel
 * computes r_i = 1 / (L_i + σ) itself. It is 0 if the batch has no sample of the task.
 */
import { ceilDivide, float, type Kernel, unroll, type Values } from '../../wgsl/kernel';
import {
  examplePresence,
  type FirstTask,
  recordLength,
  tinySquare,
  type UnitShape,
  unitCases,
} from './unitShape';

export interface UnitSlopesOptions extends UnitShape, FirstTask {
  /** With `weights`, r is given as another loss's gradient with respect to the weights. */
  from: 'l3' | 'l3AsPrinted' | 'weights';
}

/**
 * Buffers: slopes `[batch, rows]`, records, then r `[tasks]`; or for L3 the tasks' presence `[tasks]`, σ `[1]` and the
 * loss of every task that has a row, `[1]` each.
 */
export const unitSlopes: Kernel<UnitSlopesOptions> = {
  name: 'unitSlopes',
  wgsl({ batch, rows, firstTask, from, normaliseLogits, logitScale }) {
    const each = (line: (row: number) => string) => unroll(rows, line);
    const sum = (term: (row: number) => string) =>
      Array.from({ length: rows }, (_, r) => term(r)).join(' + ');
    const l3 = from !== 'weights';
    return {
      label: 'unitSlopes',
      workgroups: [ceilDivide(batch, 64), 1, 1],
      wgsl: `
@group(0) @binding(0) var<storage, read_write> slopes: array<f32>;
@group(0) @binding(1) var<storage, read> records: array<f32>;
@group(0) @binding(2) var<storage, read> ${l3 ? 'present' : 'given'}: array<f32>;
${l3 ? '@group(0) @binding(3) var<storage, read> sigma: array<f32>;' : ''}
${l3 ? each(r => `@group(0) @binding(${4 + r}) var<storage, read> loss${r}: array<f32>;`) : ''}
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let sample = id.x;
  if (sample >= ${batch}u) { return; }
  let at = sample * ${recordLength(rows)}u;
  ${each(r => `let p${r} = records[at + ${rows + r}u];`)}
  ${each(r =>
    // An absent task's loss is 0. With σ = 0 its term would be infinite, and 0 · ∞ is NaN. So the loss counts as 1.
    l3
      ? `let shown${r} = present[${firstTask + r}];
  let r${r} = shown${r} / (loss${r}[0] + (1.0 - shown${r}) + sigma[0]);`
      : `let r${r} = given[${firstTask + r}];`,
  )}
  ${each(r => `let t${r} = p${r} * r${r} / ${batch}.0;`)}
  let together = ${sum(r => `t${r}`)};
  ${each(r => `var d${r} = t${r} - p${r} * ${from === 'l3AsPrinted' ? `t${r}` : 'together'};`)}
  ${
    normaliseLogits
      ? `
  ${each(r => `let f${r} = records[at + ${r}u];`)}
  let inverse = inverseSqrt(${sum(r => `f${r} * f${r}`)} + ${float(tinySquare)});
  let along = (${sum(r => `f${r} * d${r}`)}) * inverse * inverse;
  ${each(r => `d${r} = (d${r} - f${r} * along) * (inverse * ${float(logitScale)});`)}`
      : ''
  }
  ${each(r => `slopes[sample * ${rows}u + ${r}u] = d${r};`)}
}`,
    };
  },
  sizes: ({ batch, rows, firstTask, from }) => ({
    outputs: [batch * rows],
    inputs: [
      batch * recordLength(rows),
      firstTask + rows,
      ...(from === 'weights' ? [] : [1, ...Array.from({ length: rows }, () => 1)]),
    ],
  }),
  reference({ batch, rows, firstTask, from, normaliseLogits, logitScale }, slopes, records, given, ...l3) {
    const [sigma, ...losses] = l3 as [Values, ...Values[]];
    const r = Array.from({ length: rows }, (_, row) => {
      const value = given?.[firstTask + row] ?? 0;
      if (from === 'weights') return value;
      return value === 0 ? 0 : value / ((losses[row]?.[0] ?? 0) + (sigma[0] ?? 0));
    });
    for (let sample = 0; sample < batch; sample++) {
      const record = records?.slice(sample * recordLength(rows)) ?? [];
      const p = Array.from(record.slice(rows, 2 * rows));
      const terms = p.map((share, row) => (share * (r[row] ?? 0)) / batch);
      const together = terms.reduce((a, term) => a + term, 0);
      let d = terms.map((term, row) => term - (p[row] ?? 0) * (from === 'l3AsPrinted' ? term : together));
      if (normaliseLogits) {
        const f = Array.from(record.slice(0, rows));
        const square = f.reduce((a, v) => a + v * v, tinySquare);
        const along = f.reduce((a, v, row) => a + v * (d[row] ?? 0), 0) / square;
        d = d.map((v, row) => ((v - (f[row] ?? 0) * along) * logitScale) / Math.sqrt(square));
      }
      slopes.set(d, sample * rows);
    }
  },
  example({ batch, rows, firstTask, from }) {
    const tasks = firstTask + rows;
    const records = Float32Array.from(
      { length: batch * recordLength(rows) },
      (_, i) => 0.55 + 0.45 * Math.sin(1.9 * i),
    );
    if (from === 'weights')
      return [records, Float32Array.from({ length: tasks }, (_, i) => Math.cos(1 + 2 * i))];
    return [
      records,
      // An absent task's loss is 0.
      examplePresence(tasks),
      Float32Array.of(0.1),
      ...Array.from({ length: rows }, (_, r) =>
        Float32Array.of(firstTask + r > 0 && r === rows - 1 ? 0 : 0.5 + r),
      ),
    ];
  },
  cases: unitCases.flatMap((shape, i) =>
    (['l3', 'l3AsPrinted', 'weights'] as const).map(from => ({ ...shape, from, firstTask: i % 2 })),
  ),
};
