/**
 * @file Writes the AssemblyScript of the register tiles. A tile holds its sums in vector registers while it runs along
 * the inner dimension. AssemblyScript has no arrays of registers, so each tile size is text of its own.
 */

const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const each = (n: number, line: (i: number) => string, separator = '\n') => range(n).map(line).join(separator);

/** The largest number of rows of a tile. A tile of 6 × 8 takes 12 registers for its sums and 3 to read. */
export const tileRows = 6;

/**
 * Rows of a product. The rows of the left factor are found by pointers, one a row of the output, and `runs` offsets of
 * runs that every row has at the same distances. The right factor is packed (`packWeights`).
 */
function product(rows: number, vectors: number): string {
  const step = (k: number) =>
    [
      ...range(vectors).map(v => `b${v} = v128.load(b, ${16 * (k * vectors + v)});`),
      ...range(rows).flatMap(r => [
        `a = v128.load32_splat(p${r}, ${4 * k});`,
        ...range(vectors).map(v => `c${r}_${v} = madd(a, b${v}, c${r}_${v});`),
      ]),
    ].join(' ');
  const outputs = (line: (r: number, v: number) => string) =>
    each(
      rows,
      r => `o = load<usize>(outputs, ${4 * r}) + shift; ${each(vectors, v => line(r, v), ' ')}`,
      '\n      ',
    );
  return `
export function product${rows}x${4 * vectors}(pointers: usize, offsets: usize, runs: i32, length: i32, panel: usize, outputs: usize, shift: usize, add: bool, tiles: i32): void {
  const fours = length >> 2, rest = length & 3;
  let a: v128, o: usize, ${each(vectors, v => `b${v}: v128`, ', ')};
  for (let tile = 0; tile < tiles; tile++) {
    ${each(rows, r => each(vectors, v => `let c${r}_${v} = f32x4.splat(0);`, ' '), '\n    ')}
    if (add) {
      ${outputs((r, v) => `c${r}_${v} = v128.load(o, ${16 * v});`)}
    }
    let b = panel, offset = offsets;
    for (let run = 0; run < runs; run++) {
      const at = load<usize>(offset);
      offset += 4;
      ${each(rows, r => `let p${r} = load<usize>(pointers, ${4 * r}) + at;`, ' ')}
      for (let k = fours; k > 0; k--) {
        ${each(4, step, '\n        ')}
        b += ${64 * vectors}; ${each(rows, r => `p${r} += 16;`, ' ')}
      }
      for (let k = rest; k > 0; k--) {
        ${step(0)}
        b += ${16 * vectors}; ${each(rows, r => `p${r} += 4;`, ' ')}
      }
    }
    ${outputs((r, v) => `v128.store(o, c${r}_${v}, ${16 * v});`)}
    pointers += ${4 * rows}; outputs += ${4 * rows};
  }
}`;
}

/** Sums of outer products over pixels: rows of the left map's channels, vectors of the right map's. */
function outer(rows: number, vectors: number): string {
  return `
export function outer${rows}x${4 * vectors}(pointers: usize, pixels: i32, at: usize, dy: usize, dyStride: usize, out: usize, outStride: usize, add: bool): void {
  let a: v128, o = out, ${each(vectors, v => `b${v}: v128`, ', ')};
  ${each(rows, r => each(vectors, v => `let c${r}_${v} = f32x4.splat(0);`, ' '), '\n  ')}
  if (add) {
    ${each(rows, r => `${each(vectors, v => `c${r}_${v} = v128.load(o, ${16 * v});`, ' ')} o += outStride;`, '\n    ')}
  }
  for (let pixel = pixels; pixel > 0; pixel--) {
    const p = load<usize>(pointers) + at;
    ${each(vectors, v => `b${v} = v128.load(dy, ${16 * v});`, ' ')}
    ${each(rows, r => `a = v128.load32_splat(p, ${4 * r}); ${each(vectors, v => `c${r}_${v} = madd(a, b${v}, c${r}_${v});`, ' ')}`, '\n    ')}
    pointers += 4; dy += dyStride;
  }
  o = out;
  ${each(rows, r => `${each(vectors, v => `v128.store(o, c${r}_${v}, ${16 * v});`, ' ')} o += outStride;`, '\n  ')}
}`;
}

/** Chooses the tile of a size that only the call knows. */
function choose(vectors: number): string {
  const width = 4 * vectors;
  const product = (rows: number) =>
    `product${rows}x${width}(pointers, offsets, runs, length, b, outputs, shift, add, 1)`;
  const outer = (rows: number) =>
    `outer${rows}x${width}(pointers, pixels, at, dy, dyStride, out, outStride, add)`;
  const cases = (call: (rows: number) => string) =>
    each(tileRows, r => `${r + 1 < tileRows ? `if (rows == ${r + 1}) ` : ''}${call(r + 1)};`, '\n  else ');
  return `
export function productRest${width}(rows: i32, pointers: usize, offsets: usize, runs: i32, length: i32, b: usize, outputs: usize, shift: usize, add: bool): void {
  ${cases(product)}
}
export function outer${width}(rows: i32, pointers: usize, pixels: i32, at: usize, dy: usize, dyStride: usize, out: usize, outStride: usize, add: bool): void {
  ${cases(outer)}
}`;
}

/**
 * The module `tiles` of the assembly.
 * @param relaxed whether a product and a sum may be one rounded operation, which not every engine has.
 */
export function tilesSource(relaxed: boolean): string {
  const madd = relaxed ? 'f32x4.relaxed_madd(a, b, c)' : 'f32x4.add(c, f32x4.mul(a, b))';
  const sizes = range(tileRows).flatMap(r => [1, 2].map(v => [r + 1, v] as const));
  return [
    `@inline export function madd(a: v128, b: v128, c: v128): v128 { return ${madd}; }`,
    `export const tileRows: i32 = ${tileRows};`,
    ...sizes.map(([r, v]) => product(r, v)),
    ...sizes.map(([r, v]) => outer(r, v)),
    choose(1),
    choose(2),
  ].join('\n');
}
