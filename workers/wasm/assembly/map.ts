/** @file Work on maps number by number, and the network's input from bytes. */

/** y = a + b. */
export function add(a: usize, b: usize, y: usize, from: i32, to: i32): void {
  let i: usize = from << 2;
  const end: usize = to << 2;
  for (; i + 16 <= end; i += 16) v128.store(y + i, f32x4.add(v128.load(a + i), v128.load(b + i)));
  for (; i < end; i += 4) store<f32>(y + i, load<f32>(a + i) + load<f32>(b + i));
}

/** dx = dz where z > 0, else 0. */
export function reluGradient(dz: usize, z: usize, dx: usize, from: i32, to: i32): void {
  const zero = f32x4.splat(0);
  let i: usize = from << 2;
  const end: usize = to << 2;
  for (; i + 16 <= end; i += 16) v128.store(dx + i, v128.and(v128.load(dz + i), f32x4.gt(v128.load(z + i), zero)));
  for (; i < end; i += 4) store<f32>(dx + i, load<f32>(z + i) > 0 ? load<f32>(dz + i) : 0);
}

/** y = x · a[0] · b[0], or · c[0] too. An address of 0 leaves the third factor out. */
export function scaleBy(x: usize, a: usize, b: usize, c: usize, y: usize, from: i32, to: i32): void {
  const factor = load<f32>(a) * load<f32>(b) * (c ? load<f32>(c) : 1), vector = f32x4.splat(factor);
  let i: usize = from << 2;
  const end: usize = to << 2;
  for (; i + 16 <= end; i += 16) v128.store(y + i, f32x4.mul(v128.load(x + i), vector));
  for (; i < end; i += 4) store<f32>(y + i, load<f32>(x + i) * factor);
}

/** y = x · factor. */
export function scale(x: usize, factor: f32, y: usize, from: i32, to: i32): void {
  const vector = f32x4.splat(factor);
  let i: usize = from << 2;
  const end: usize = to << 2;
  for (; i + 16 <= end; i += 16) v128.store(y + i, f32x4.mul(v128.load(x + i), vector));
  for (; i < end; i += 4) store<f32>(y + i, load<f32>(x + i) * factor);
}

/** Sets `bytes` bytes to 0, in parts of 64. */
export function clear(target: usize, from: i32, to: i32): void {
  memory.fill(target + (<usize>from << 6), 0, <usize>(to - from) << 6);
}

/** Copies bytes. */
export function copy(source: usize, target: usize, bytes: i32): void {
  memory.copy(target, source, bytes);
}

/** Copies `length` numbers of each row into a row of another stride. Strides are in numbers. */
export function copyColumns(
  source: usize, sourceStride: i32, target: usize, targetStride: i32, length: i32, from: i32, to: i32,
): void {
  for (let row = from; row < to; row++) {
    const s = source + (<usize>(row * sourceStride) << 2), t = target + (<usize>(row * targetStride) << 2);
    let i: usize = 0;
    const end: usize = length << 2;
    for (; i + 16 <= end; i += 16) v128.store(t + i, v128.load(s + i));
    for (; i < end; i += 4) store<f32>(t + i, load<f32>(s + i));
  }
}

/** scale · Σ of each column `[rows, columns]`, of the columns `from` up to `to`. Rows are added in order, in float64. */
export function columnSums(x: usize, rows: i32, columns: i32, factor: f32, sums: usize, from: i32, to: i32): void {
  for (let c = from; c < to; c++) {
    let sum: f64 = 0, p = x + (<usize>c << 2);
    for (let row = 0; row < rows; row++) {
      sum += load<f32>(p);
      p += <usize>columns << 2;
    }
    store<f32>(sums + (<usize>c << 2), <f32>(sum * factor));
  }
}

/** MurmurHash3's finaliser: `mix` of `workers/random.ts`, to the bit. */
function mix(word: u32): u32 {
  let w = word;
  w = (w ^ (w >> 16)) * 0x85ebca6b;
  w = (w ^ (w >> 13)) * 0xc2b2ae35;
  return w ^ (w >> 16);
}

@inline function draw(key: u32, index: u32): u32 {
  return mix(key + index * 0x9e3779b9);
}

/** Inverted dropout: words are `dropoutDraw`. */
export function dropout(x: usize, words: usize, y: usize, from: i32, to: i32): void {
  const key = load<u32>(words), bound = load<u32>(words, 4), factor = load<f32>(words, 8);
  for (let i = from; i < to; i++) {
    const o: usize = <usize>i << 2;
    store<f32>(y + o, draw(key, i) >> 8 < bound ? 0 : load<f32>(x + o) * factor);
  }
}

@inline function within(bits: u32, shift: u32): i32 {
  return <i32>((bits * (2 * shift + 1)) >> 16) - <i32>shift;
}

/**
 * Bytes `[images, size, size, 3]` to numbers: each image minus its mean, over max(σ, 1/√N). `augment` (`augmentDraw`)
 * says which images are turned and how far they are shifted. `scratch` has 3 · size² + 16 bytes for each image.
 */
export function standardise(
  bytes: usize, augment: usize, size: i32, scratch: usize, out: usize, from: i32, to: i32,
): void {
  const count = size * size * 3, key = load<u32>(augment), bound = load<u32>(augment, 4), shift = load<u32>(augment, 8);
  for (let image = from; image < to; image++) {
    const word = draw(key, image), offset = draw(word, 0);
    const turned = word >> 8 < bound, right = within(offset & 0xffff, shift), down = within(offset >> 16, shift);
    let source = bytes + <usize>(image * count);
    if (turned || right != 0 || down != 0) {
      const own = scratch + <usize>(image * (count + 16));
      for (let y = 0; y < size; y++) {
        const row = source + <usize>(min(max(y + down, 0), size - 1) * size * 3);
        let t = own + <usize>(y * size * 3);
        for (let x = 0; x < size; x++) {
          const place = min(max(x + right, 0), size - 1);
          const s = row + 3 * (turned ? size - 1 - place : place);
          store<u16>(t, load<u16>(s));
          store<u8>(t, load<u8>(s, 2), 2);
          t += 3;
        }
      }
      source = own;
    }
    let sum: i64 = 0, squares: i64 = 0, i = 0;
    // The sums of 4096 numbers below 2⁸ and of their squares fit 32 bits.
    while (i + 8 <= count) {
      const end = min(i + 4096, count & ~7);
      let a = i32x4.splat(0), b = i32x4.splat(0);
      for (; i < end; i += 8) {
        const v = v128.load_ext<u8>(source + i);
        a = i32x4.add(a, i32x4.extadd_pairwise_i16x8_s(v));
        b = i32x4.add(b, i32x4.dot_i16x8_s(v, v));
      }
      sum += i32x4.extract_lane(a, 0) + i32x4.extract_lane(a, 1) + i32x4.extract_lane(a, 2) + i32x4.extract_lane(a, 3);
      squares += i32x4.extract_lane(b, 0) + i32x4.extract_lane(b, 1) + i32x4.extract_lane(b, 2) + i32x4.extract_lane(b, 3);
    }
    for (; i < count; i++) {
      const v = <i64>load<u8>(source + i);
      sum += v;
      squares += v * v;
    }
    // Whole numbers: N²·variance = N·Σx² − (Σx)² loses nothing.
    const mean = <f64>sum / count, variance = <f64>(squares * count - sum * sum) / (<f64>count * count);
    const factor = <f32>(1 / sqrt<f64>(max(variance, 1 / <f64>count)));
    const k = f32x4.splat(factor), m = f32x4.splat(<f32>mean);
    const target = out + (<usize>(image * count) << 2);
    for (i = 0; i + 8 <= count; i += 8) {
      const v = v128.load_ext<u8>(source + i), t = target + (<usize>i << 2);
      v128.store(t, f32x4.mul(f32x4.sub(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(v)), m), k));
      v128.store(t, f32x4.mul(f32x4.sub(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(v)), m), k), 16);
    }
    for (; i < count; i++) store<f32>(target + (<usize>i << 2), (<f32>load<u8>(source + i) - <f32>mean) * factor);
  }
}
