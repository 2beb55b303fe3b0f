/**
 * @file A matrix product as a shared-memory tile. Its operands are given as expressions. 256 threads load 64 × 16
 * numbers of A and 16 × 64 of B together, then each thread computes 4 × 4 products from them. This suits GPUs with
 * fast workgroup memory. On adapters that run on the CPU every barrier costs more than it saves, and register tiles
 * are faster.
 */
import { ceilDivide, type Program, unroll, vectorType } from './kernel';

/** A workgroup's tile has `side` rows and columns, and holds `depth` of the inner dimension at a time. */
const side = 64;
const depth = 16;
/** A row has 16 vectors and one of padding, so that neighbours in k lie in different memory banks. */
const pitch = side / 4 + 1;

export interface SharedTile {
  label: string;
  rows: number;
  columns: number;
  /** The number of workgroups in z. They are classes or splits. */
  layers: number;
  /** The declarations of the bindings. */
  bindings: string;
  /** Expressions for the range of k. It is the same for a whole workgroup, whose z is `layer`. */
  begin?: string;
  end: string;
  /** The body of a function of (`row`, `k`, `layer`) that returns A's element. `row` and `k` are in range. */
  a: string;
  /** The body of a function of (`k`, `column`, `layer`) that returns B's element. */
  b: string;
  /** The index of each operand that runs along memory. With it, neighbouring threads read neighbouring words. */
  contiguous: { a: 'k' | 'row'; b: 'k' | 'column' };
  /**
   * The body of a function of (`row`, `column`, `sum`, `layer`) that stores a result. `row` and `column` are in
   * range.
   */
  store: string;
  /** The number of columns that `store` gets at once. With 4, `sum` is a vector and `columns` is a multiple of 4. */
  lanes?: 1 | 4;
}

/** Returns where thread `t`'s `pass`-th element of an operand lies in the tile, as [k, row or column]. */
const place = (alongK: boolean, pass: number): readonly [k: string, other: string] =>
  alongK
    ? [`(thread % ${depth})`, `(thread / ${depth} + ${pass * depth})`]
    : [`(thread / ${side} + ${pass * 4})`, `(thread % ${side})`];

export function sharedTile(tile: SharedTile): Program {
  const { label, rows, columns, layers, bindings, begin = '0', end, contiguous, lanes = 1 } = tile;
  const load = (pass: number) => {
    const [ka, row] = place(contiguous.a === 'k', pass);
    const [kb, column] = place(contiguous.b === 'k', pass);
    return `
    {
      let k = first + ${ka};
      let row = firstRow + ${row};
      var value = 0.0;
      if (k < end && row < ${rows}) { value = loadA(row, k, layer); }
      tileA[${ka} * ${pitch} + ${row} / 4][${row} % 4] = value;
    }
    {
      let k = first + ${kb};
      let column = firstColumn + ${column};
      var value = 0.0;
      if (k < end && column < ${columns}) { value = loadB(k, column, layer); }
      tileB[${kb} * ${pitch} + ${column} / 4][${column} % 4] = value;
    }`;
  };
  return {
    label,
    workgroups: [ceilDivide(columns, side), ceilDivide(rows, side), layers],
    wgsl: `
${bindings}
var<workgroup> tileA: array<vec4<f32>, ${depth * pitch}>;
var<workgroup> tileB: array<vec4<f32>, ${depth * pitch}>;
fn loadA(row: i32, k: i32, layer: i32) -> f32 { ${tile.a} }
fn loadB(k: i32, column: i32, layer: i32) -> f32 { ${tile.b} }
fn store(row: i32, column: i32, sum: ${vectorType(lanes)}, layer: i32) { ${tile.store} }
@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) index: u32, @builtin(workgroup_id) group: vec3<u32>) {
  let thread = i32(index);
  let layer = i32(group.z);
  let firstRow = i32(group.y) * ${side};
  let firstColumn = i32(group.x) * ${side};
  let ownRow = thread / 16;
  let ownColumn = thread % 16;
  let end = ${end};
  ${unroll(4, r => `var sum${r} = vec4<f32>();`)}
  for (var first = ${begin}; first < end; first += ${depth}) {
    ${unroll(4, load)}
    workgroupBarrier();
    for (var k = 0; k < ${depth}; k++) {
      let a = tileA[k * ${pitch} + ownRow];
      let b = tileB[k * ${pitch} + ownColumn];
      ${unroll(4, r => `sum${r} += a[${r}] * b;`)}
    }
    workgroupBarrier();
  }
  ${unroll(4, r =>
    unroll(
      4 / lanes,
      c => `
  if (firstRow + ownRow * 4 + ${r} < ${rows} && firstColumn + ownColumn * 4 + ${c} < ${columns}) {
    store(firstRow + ownRow * 4 + ${r}, firstColumn + ownColumn * 4 + ${c}, sum${r}${lanes === 4 ? '' : `[${c}]`}, layer);
  }`,
    ),
  )}
}`,
  };
}
