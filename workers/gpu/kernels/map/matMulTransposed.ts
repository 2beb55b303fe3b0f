/**
 * @file Parts of A·Bᵀ for a small product of long rows (a unit's logits from Z). The rows are split among threads, and
 * `sumSplits` adds the parts. Each thread has a tile of 4 × up to 4 products. There are no barriers.
 */
import {
  ceilDivide,
  divisorUpTo,
  type Kernel,
  lanesOf,
  unroll,
  vectorType,
  workgroupOf,
} from '../../wgsl/kernel';

export interface MatMulTransposedOptions {
  rows: number;
  columns: number;
  /** The length of A's and B's rows. */
  inner: number;
  /** The number of parts of `inner`, as `innerSplits` returns it. */
  splits: number;
}

const tileRows = 4;

/** Returns the number of parts. Each has at least 16 vectors, and none is empty. */
export function innerSplits(rows: number, inner: number, threads: number): number {
  const vectors = inner / lanesOf(inner);
  const wanted = Math.round(threads / ceilDivide(rows, tileRows));
  const splits = Math.max(1, Math.min(ceilDivide(vectors, 16), wanted));
  return ceilDivide(vectors, ceilDivide(vectors, splits));
}

/** Buffers: parts `[splits, rows, columns]`, A `[rows, inner]`, B `[columns, inner]`. */
export const matMulTransposed: Kernel<MatMulTransposedOptions> = {
  name: 'matMulTransposed',
  wgsl({ rows, columns, inner, splits }) {
    const lanes = lanesOf(inner);
    const vectors = inner / lanes;
    const T = vectorType(lanes);
    const tileColumns = divisorUpTo(columns, 4);
    const columnBlocks = columns / tileColumns;
    const rowBlocks = ceilDivide(rows, tileRows);
    const [width, height] = workgroupOf(columnBlocks);
    const perSplit = ceilDivide(vectors, splits);
    const product =
      lanes === 4 ? (r: number, c: number) => `dot(a${r}, b${c})` : (r: number, c: number) => `a${r} * b${c}`;
    return {
      label: 'matMulTransposed',
      workgroups: [ceilDivide(columnBlocks, width), ceilDivide(rowBlocks, height), splits],
      wgsl: `
@group(0) @binding(0) var<storage, read_write> parts: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<${T}>;
@group(0) @binding(2) var<storage, read> b: array<${T}>;
@compute @workgroup_size(${width}, ${height})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let firstColumn = i32(id.x) * ${tileColumns};
  let firstRow = i32(id.y) * ${tileRows};
  let split = i32(id.z);
  if (firstColumn >= ${columns} || firstRow >= ${rows}) { return; }
  ${unroll(
    tileRows,
    r => `let row${r} = min(firstRow + ${r}, ${rows - 1}) * ${vectors};
  ${unroll(tileColumns, c => `var sum${r}_${c} = 0.0;`)}`,
  )}
  let end = min((split + 1) * ${perSplit}, ${vectors});
  for (var k = split * ${perSplit}; k < end; k++) {
    ${unroll(tileRows, r => `let a${r} = a[row${r} + k];`)}
    ${unroll(
      tileColumns,
      c => `let b${c} = b[(firstColumn + ${c}) * ${vectors} + k];
    ${unroll(tileRows, r => `sum${r}_${c} += ${product(r, c)};`)}`,
    )}
  }
  let to = (split * ${rows} + firstRow) * ${columns} + firstColumn;
  ${unroll(
    tileRows,
    r => `if (firstRow + ${r} < ${rows}) {
    ${unroll(tileColumns, c => `parts[to + ${r * columns + c}] = sum${r}_${c};`)}
  }`,
  )}
}`,
    };
  },
  sizes: ({ rows, columns, inner, splits }) => ({
    outputs: [splits * rows * columns],
    inputs: [rows * inner, columns * inner],
  }),
  reference({ rows, columns, inner, splits }, parts, a, b) {
    const lanes = lanesOf(inner);
    const perSplit = ceilDivide(inner / lanes, splits) * lanes;
    for (let split = 0; split < splits; split++)
      for (let row = 0; row < rows; row++)
        for (let column = 0; column < columns; column++) {
          let sum = 0;
          for (let k = split * perSplit; k < Math.min(inner, (split + 1) * perSplit); k++)
            sum += (a?.[row * inner + k] ?? 0) * (b?.[column * inner + k] ?? 0);
          parts[(split * rows + row) * columns + column] = sum;
        }
  },
  cases: [
    { rows: 6, columns: 2, inner: 272, splits: innerSplits(6, 272, 1024) },
    { rows: 1, columns: 5, inner: 35, splits: innerSplits(1, 35, 1024) },
  ],
};
