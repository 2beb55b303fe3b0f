/**
 * @file Convolutions and matrix products. A map is read through pointers to its pixels and through `runs`: a kernel's
 * row covers `kernelWidth` pixels that lie side by side, so it is one run of numbers. Every output is one thread's, and
 * its sum is taken in one order, however many threads there are.
 */
import { outer4, outer8, product6x4, product6x8, productRest4, productRest8, tileRows } from './tiles';

/** The rows that go through all columns before the next rows. Their part of the left factor stays in the cache. */
const blockRows = 96;
/** About this many numbers of a row are multiplied before the next rows: as many as the cache holds of the weights. */
const blockLength = 512;
const blockPixels = 128;

/** Copies a map into a larger one whose border is 0. The rows `from` up to `to` are those of all images' larger maps. */
export function padMap(
  source: usize,
  target: usize,
  height: i32,
  rowBytes: i32,
  paddedHeight: i32,
  paddedRowBytes: i32,
  top: i32,
  leftBytes: i32,
  from: i32,
  to: i32,
): void {
  const copied = min(rowBytes, paddedRowBytes - leftBytes);
  for (let i = from; i < to; i++) {
    const image = i / paddedHeight,
      y = i - image * paddedHeight - top;
    const row = target + <usize>i * paddedRowBytes;
    if (y < 0 || y >= height) {
      memory.fill(row, 0, paddedRowBytes);
      continue;
    }
    memory.fill(row, 0, leftBytes);
    memory.copy(row + leftBytes, source + <usize>(image * height + y) * rowBytes, copied);
    memory.fill(row + leftBytes + copied, 0, paddedRowBytes - leftBytes - copied);
  }
}

/** Addresses of pixels, image by image and row by row. */
export function pixelTable(
  table: usize,
  first: usize,
  images: i32,
  rows: i32,
  columns: i32,
  imageBytes: i32,
  rowBytes: i32,
  columnBytes: i32,
): void {
  for (let image = 0; image < images; image++)
    for (let row = 0; row < rows; row++) {
      let at = first + <usize>image * imageBytes + <usize>row * rowBytes;
      for (let column = 0; column < columns; column++) {
        store<usize>(table, at);
        table += 4;
        at += columnBytes;
      }
    }
}

/** `[inner, columns]` to panels of 8 columns, then one of 4. The last one is filled up with 0. */
export function packWeights(
  source: usize,
  inner: i32,
  columns: i32,
  target: usize,
  from: i32,
  to: i32,
): void {
  const stride: usize = columns << 2;
  for (let panel = from; panel < to; panel++) {
    const column = panel << 3,
      left = columns - column;
    let s = source + (column << 2),
      t = target + ((<usize>(inner * column)) << 2);
    if (left >= 8) {
      for (let k = 0; k < inner; k++) {
        v128.store(t, v128.load(s));
        v128.store(t, v128.load(s, 16), 16);
        t += 32;
        s += stride;
      }
      continue;
    }
    const width = left > 4 ? 8 : 4;
    for (let k = 0; k < inner; k++) {
      for (let c = 0; c < width; c++) store<f32>(t + (c << 2), c < left ? load<f32>(s + (c << 2)) : 0);
      t += width << 2;
      s += stride;
    }
  }
}

/**
 * A filter `[taps, inputs, outputs]` to panels over the inputs, for the gradient by the input. `list` names `count` taps
 * in the order in which they are read. All numbers are multiplied by `scale`.
 */
export function packTransposed(
  source: usize,
  list: usize,
  count: i32,
  inputs: i32,
  outputs: i32,
  target: usize,
  scale: f32,
  from: i32,
  to: i32,
): void {
  const inner = count * outputs,
    rowBytes: usize = outputs << 2,
    factor = f32x4.splat(scale);
  for (let panel = from; panel < to; panel++) {
    const input = panel << 3,
      left = inputs - input,
      width = left > 4 ? 8 : 4;
    let t = target + ((<usize>(inner * input)) << 2);
    for (let i = 0; i < count; i++) {
      const tap = source + ((<usize>(load<i32>(list + (i << 2)) * inputs + input) * outputs) << 2);
      let o = 0;
      if (left >= width)
        for (; o + 4 <= outputs; o += 4)
          for (let half = 0; half < width; half += 4) {
            const s = tap + <usize>half * rowBytes + (o << 2);
            const a = f32x4.mul(v128.load(s), factor),
              b = f32x4.mul(v128.load(s + rowBytes), factor);
            const c = f32x4.mul(v128.load(s + 2 * rowBytes), factor),
              d = f32x4.mul(v128.load(s + 3 * rowBytes), factor);
            const ab = i32x4.shuffle(a, b, 0, 4, 1, 5),
              AB = i32x4.shuffle(a, b, 2, 6, 3, 7);
            const cd = i32x4.shuffle(c, d, 0, 4, 1, 5),
              CD = i32x4.shuffle(c, d, 2, 6, 3, 7);
            const q = t + ((o * width + half) << 2),
              next: usize = width << 2;
            v128.store(q, i64x2.shuffle(ab, cd, 0, 2));
            v128.store(q + next, i64x2.shuffle(ab, cd, 1, 3));
            v128.store(q + 2 * next, i64x2.shuffle(AB, CD, 0, 2));
            v128.store(q + 3 * next, i64x2.shuffle(AB, CD, 1, 3));
          }
      for (; o < outputs; o++)
        for (let c = 0; c < width; c++)
          store<f32>(
            t + ((o * width + c) << 2),
            c < left ? scale * load<f32>(tap + <usize>c * rowBytes + (o << 2)) : 0,
          );
      t += (<usize>(outputs * width)) << 2;
    }
  }
}

/**
 * The rows `from` up to `to` of a product. `pointers` and `outputs` have an address a row, `offsets` the distance of each
 * of `runs` runs of `length` numbers. The outputs' rows are as long as `columns` rounded up to 4.
 */
export function product(
  pointers: usize,
  offsets: usize,
  runs: i32,
  length: i32,
  weights: usize,
  columns: i32,
  outputs: usize,
  from: i32,
  to: i32,
): void {
  const inner = runs * length,
    group = max(1, blockLength / length);
  for (let run = 0; run < runs; run += group) {
    const n = min(group, runs - run),
      add = run > 0;
    for (let row = from; row < to; row += blockRows) {
      const rows = min(blockRows, to - row),
        tiles = rows / tileRows,
        rest = rows - tiles * tileRows;
      const p = pointers + ((<usize>row) << 2),
        o = outputs + ((<usize>row) << 2),
        offset = offsets + (run << 2);
      const skip: usize = (tiles * tileRows) << 2;
      for (let column = 0; column < columns; column += 8) {
        const wide = columns - column > 4,
          shift: usize = column << 2;
        const panel = weights + ((<usize>(inner * column + run * length * (wide ? 8 : 4))) << 2);
        if (wide) {
          if (tiles > 0) product6x8(p, offset, n, length, panel, o, shift, add, tiles);
          if (rest > 0) productRest8(rest, p + skip, offset, n, length, panel, o + skip, shift, add);
        } else {
          if (tiles > 0) product6x4(p, offset, n, length, panel, o, shift, add, tiles);
          if (rest > 0) productRest4(rest, p + skip, offset, n, length, panel, o + skip, shift, add);
        }
      }
    }
  }
}

/**
 * The filter's gradient `[runs, length, columns]`, Σ over the pixels of x · dy. `columns` is a multiple of 4. The work is
 * `runs` × tiles of `length` × panels of columns; a thread does the items `from` up to `to`.
 */
export function outerProducts(
  pointers: usize,
  pixels: i32,
  offsets: usize,
  length: i32,
  dy: usize,
  columns: i32,
  out: usize,
  from: i32,
  to: i32,
): void {
  const tiles = (length + tileRows - 1) / tileRows,
    panels = (columns + 7) >> 3;
  const perRun = tiles * panels,
    rowBytes: usize = columns << 2;
  for (let pixel = 0; pixel < pixels; pixel += blockPixels) {
    const n = min(blockPixels, pixels - pixel),
      add = pixel > 0;
    const p = pointers + ((<usize>pixel) << 2),
      d = dy + <usize>pixel * rowBytes;
    for (let item = from; item < to; item++) {
      const run = item / perRun,
        rest = item - run * perRun,
        tile = rest / panels;
      const column = (rest - tile * panels) << 3,
        row = tile * tileRows;
      const rows = min(tileRows, length - row),
        at = load<usize>(offsets + (run << 2)) + ((<usize>row) << 2);
      const o = out + ((<usize>((run * length + row) * columns + column)) << 2),
        own = d + (column << 2);
      if (columns - column > 4) outer8(rows, p, n, at, own, rowBytes, o, rowBytes, add);
      else outer4(rows, p, n, at, own, rowBytes, o, rowBytes, add);
    }
  }
}

/** Copies rows into rows of another length. What a longer row has more is 0. */
export function copyRows(
  source: usize,
  columns: i32,
  target: usize,
  targetColumns: i32,
  from: i32,
  to: i32,
): void {
  const own: usize = min(columns, targetColumns) << 2,
    more: usize = <usize>(targetColumns << 2) - own;
  for (let row = from; row < to; row++) {
    const t = target + ((<usize>(row * targetColumns)) << 2);
    memory.copy(t, source + ((<usize>(row * columns)) << 2), own);
    if (more > 0) memory.fill(t + own, 0, more);
  }
}

/** y ← act(residual + scale · (y + bias)), in place, over rows of `channels`. An address of 0 leaves a part out. */
export function finishRows(
  y: usize,
  channels: i32,
  bias: usize,
  residual: usize,
  scale: f32,
  relu: bool,
  from: i32,
  to: i32,
): void {
  const row: usize = channels << 2,
    vectors: usize = row & ~15,
    factor = f32x4.splat(scale),
    zero = f32x4.splat(0);
  for (let i = from; i < to; i++) {
    const at = y + <usize>i * row,
      other = residual + <usize>i * row;
    for (let c: usize = 0; c < vectors; c += 16) {
      let v = v128.load(at + c);
      if (bias) v = f32x4.add(v, v128.load(bias + c));
      v = f32x4.mul(v, factor);
      if (residual) v = f32x4.add(v, v128.load(other + c));
      // A comparison with NaN is false, so this order keeps a NaN, which must be seen.
      v128.store(at + c, relu ? f32x4.pmax(v, zero) : v);
    }
    for (let c = vectors; c < row; c += 4) {
      let v = load<f32>(at + c);
      if (bias) v += load<f32>(bias + c);
      v *= scale;
      if (residual) v += load<f32>(other + c);
      store<f32>(at + c, relu && v < 0 ? 0 : v);
    }
  }
}
