/**
 * @file The dynamic-weight unit's gradients from the slopes ∂/∂f that `unitSlopes` leaves: with respect to ψ and b, which
 * learn, and with respect to Z where the weights shape the trunk.
 */
import { flatGrid, flatMain, type Kernel, unroll, type Values } from '../../wgsl/kernel';
import { recordLength, type UnitShape, unitCases } from './unitShape';

/** Buffers: dψ `[rows, zSize]`, db `[rows]`, slopes `[batch, rows]`, records, Z `[batch, zSize]`. A thread a column of ψ. */
export const unitGradient: Kernel<UnitShape> = {
  name: 'unitGradient',
  wgsl({ batch, zSize, rows }) {
    const each = (line: (row: number) => string) => unroll(rows, line);
    return {
      label: 'unitGradient',
      workgroups: flatGrid(zSize + 1),
      wgsl: `
@group(0) @binding(0) var<storage, read_write> dpsi: array<f32>;
@group(0) @binding(1) var<storage, read_write> db: array<f32>;
@group(0) @binding(2) var<storage, read> slopes: array<f32>;
@group(0) @binding(3) var<storage, read> records: array<f32>;
@group(0) @binding(4) var<storage, read> z: array<f32>;
${flatMain(zSize + 1)}
  ${each(r => `var sum${r} = 0.0;`)}
  if (i == ${zSize}) {
    for (var sample = 0; sample < ${batch}; sample++) {
      ${each(r => `sum${r} += slopes[sample * ${rows} + ${r}];`)}
    }
    ${each(r => `db[${r}] = sum${r};`)}
    return;
  }
  for (var sample = 0; sample < ${batch}; sample++) {
    let x = z[sample * ${zSize} + i] * records[sample * ${recordLength(rows)} + ${2 * rows}];
    ${each(r => `sum${r} += slopes[sample * ${rows} + ${r}] * x;`)}
  }
  ${each(r => `dpsi[${r * zSize} + i] = sum${r};`)}
}`,
    };
  },
  sizes: ({ batch, zSize, rows }) => ({
    outputs: [rows * zSize, rows],
    inputs: [batch * rows, batch * recordLength(rows), batch * zSize],
  }),
  reference({ batch, zSize, rows }, dpsi, db, ...buffers) {
    const [slopes, records, z] = buffers as [Values, Values, Values];
    const inverse = (sample: number) => records[sample * recordLength(rows) + 2 * rows] ?? 0;
    for (let r = 0; r < rows; r++) {
      const slope = (sample: number) => slopes[sample * rows + r] ?? 0;
      const sum = (term: (sample: number) => number) => {
        let total = 0;
        for (let sample = 0; sample < batch; sample++) total += slope(sample) * term(sample);
        return total;
      };
      db[r] = sum(() => 1);
      for (let k = 0; k < zSize; k++)
        dpsi[r * zSize + k] = sum(sample => (z[sample * zSize + k] ?? 0) * inverse(sample));
    }
  },
  cases: unitCases,
};

/**
 * Buffers: dZ `[batch, zSize]`, slopes `[batch, rows]`, ψ; where Z is normalised also records, b and Z. With x̂ what ψ
 * sees, dZ = (dx̂ − x̂⟨x̂, dx̂⟩)/‖Z‖, and ⟨x̂, dx̂⟩ = Σ slope_r (f_r − b_r) needs no sum over Z.
 */
export const unitInputGradient: Kernel<UnitShape> = {
  name: 'unitInputGradient',
  wgsl({ batch, zSize, rows, normaliseZ }) {
    const each = (line: (row: number) => string) => unroll(rows, line);
    const slope = (r: number) => `slopes[sample * ${rows} + ${r}]`;
    return {
      label: 'unitInputGradient',
      workgroups: flatGrid(batch * zSize),
      wgsl: `
@group(0) @binding(0) var<storage, read_write> dz: array<f32>;
@group(0) @binding(1) var<storage, read> slopes: array<f32>;
@group(0) @binding(2) var<storage, read> psi: array<f32>;
${
  normaliseZ
    ? `
@group(0) @binding(3) var<storage, read> records: array<f32>;
@group(0) @binding(4) var<storage, read> b: array<f32>;
@group(0) @binding(5) var<storage, read> z: array<f32>;`
    : ''
}
${flatMain(batch * zSize)}
  let sample = i / ${zSize};
  let k = i - sample * ${zSize};
  var dx = 0.0;
  ${each(r => `dx += ${slope(r)} * psi[${r * zSize} + k];`)}
  ${
    normaliseZ
      ? `
  let at = sample * ${recordLength(rows)};
  let inverse = records[at + ${2 * rows}];
  var along = 0.0;
  ${each(r => `along += ${slope(r)} * (records[at + ${r}] - b[${r}]);`)}
  dz[i] = (dx - z[i] * inverse * along) * inverse;`
      : 'dz[i] = dx;'
  }
}`,
    };
  },
  sizes: ({ batch, zSize, rows, normaliseZ }) => ({
    outputs: [batch * zSize],
    inputs: [
      ...[batch * rows, rows * zSize],
      ...(normaliseZ ? [batch * recordLength(rows), rows, batch * zSize] : []),
    ],
  }),
  reference({ zSize, rows, normaliseZ }, dz, ...buffers) {
    const [slopes, psi, records, b, z] = buffers as [Values, Values, Values, Values, Values];
    for (let i = 0; i < dz.length; i++) {
      const sample = Math.floor(i / zSize);
      const at = sample * recordLength(rows);
      let dx = 0;
      let along = 0;
      for (let r = 0; r < rows; r++) {
        const slope = slopes[sample * rows + r] ?? 0;
        dx += slope * (psi[r * zSize + (i % zSize)] ?? 0);
        if (normaliseZ) along += slope * ((records[at + r] ?? 0) - (b[r] ?? 0));
      }
      const inverse = normaliseZ ? (records[at + 2 * rows] ?? 0) : 1;
      dz[i] = normaliseZ ? (dx - (z[i] ?? 0) * inverse * along) * inverse : dx;
    }
  },
  cases: unitCases,
};
