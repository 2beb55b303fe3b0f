/**
 * @file From bytes to the network's input: each image minus its mean, over max(σ, 1/√N) (METHOD section 1), turned left
 * to right where a hash of (key, image) says so. One workgroup an image.
 *
 * Sums are of integers, so no order of adding changes them: first the bytes, then the squares of their distance from the
 * rounded mean, which unlike Σx² − N·mean² loses nothing on an image of almost one colour. In black and white their sum
 * outgrows 32 bits from 297 × 297 pixels on, so the threads' parts are added as two halves of 16 bits.
 */
import { draw } from '../../../random';
import type { Kernel, Values } from '../../wgsl/kernel';
import { scrambleWgsl } from '../../wgsl/scramble';

export interface StandardiseOptions {
  images: number;
  /** Pixels a side. */
  size: number;
}

const threads = 256;

/** What the kernel reads beside the bytes: the stream's key and the bound below which a draw of 24 bits mirrors. */
export function mirrorDraw(key: number, share: number): Int32Array<ArrayBuffer> {
  return Int32Array.of(key, Math.ceil(share * 2 ** 24));
}

/** Whether the GPU mirrors an image of the batch. */
export function isMirrored(
  [key = 0, bound = 0]: ArrayLike<number> & Iterable<number>,
  image: number,
): boolean {
  return draw(key >>> 0, image) >>> 8 < bound;
}

/** Bytes four to a word, the first lowest, as the GPU reads them; shares memory where it can. */
export function packBytes(bytes: Uint8Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  if (bytes.byteOffset % 4 === 0 && bytes.length % 4 === 0)
    return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const words = new Int32Array(Math.ceil(bytes.length / 4));
  new Uint8Array(words.buffer).set(bytes);
  return words;
}

/**
 * The same in double precision. @param out `[images, size, size, 3]`.
 * @param bytes RGB of the same shape, 0–255.
 */
export function standardiseInto(
  { images, size }: StandardiseOptions,
  out: Values,
  bytes: Uint8Array,
  mirror: ArrayLike<number> & Iterable<number>,
): void {
  const count = size * size * 3;
  for (let image = 0; image < images; image++) {
    const start = image * count;
    let sum = 0;
    let squares = 0;
    for (let i = start; i < start + count; i++) {
      const value = bytes[i] ?? 0;
      sum += value;
      squares += value * value;
    }
    const mean = sum / count;
    const deviation = Math.sqrt(Math.max(0, squares / count - mean * mean));
    const scale = 1 / Math.max(deviation, 1 / Math.sqrt(count));
    const turned = isMirrored(mirror, image);
    for (let i = 0; i < count; i++) {
      const column = Math.floor(i / 3) % size;
      const from = turned ? i + 3 * (size - 1 - 2 * column) : i;
      out[start + i] = ((bytes[start + from] ?? 0) - mean) * scale;
    }
  }
}

/** Buffers: images `[images, size, size, 3]`, `packBytes` of their bytes, `mirrorDraw` `[2]`. */
export const standardise: Kernel<StandardiseOptions> = {
  name: 'standardise',
  wgsl({ images, size }) {
    const count = size * size * 3;
    const each = (body: string) => `
  for (var i = thread; i < ${count}; i += ${threads}) {
    ${body}
  }`;
    return {
      label: 'standardise',
      workgroups: [images, 1, 1],
      wgsl: `
@group(0) @binding(0) var<storage, read_write> standardised: array<f32>;
@group(0) @binding(1) var<storage, read> words: array<u32>;
@group(0) @binding(2) var<storage, read> mirror: array<u32>;
var<workgroup> total: atomic<u32>;
var<workgroup> low: atomic<u32>;
var<workgroup> high: atomic<u32>;
${scrambleWgsl}
fn byteAt(i: i32) -> i32 { return i32((words[i >> 2u] >> (8u * u32(i & 3))) & 255u); }
@compute @workgroup_size(${threads})
fn main(@builtin(local_invocation_index) index: u32, @builtin(workgroup_id) group: vec3<u32>) {
  let thread = i32(index);
  let start = i32(group.x) * ${count};
  var sum = 0u;${each('sum += u32(byteAt(start + i));')}
  atomicAdd(&total, sum);
  workgroupBarrier();
  let pivot = i32((atomicLoad(&total) + ${Math.floor(count / 2)}u) / ${count}u);
  let rest = f32(i32(atomicLoad(&total)) - pivot * ${count}) / ${count}.0;
  var squares = 0u;${each('let off = byteAt(start + i) - pivot; squares += u32(off * off);')}
  atomicAdd(&low, squares & 65535u);
  atomicAdd(&high, squares >> 16u);
  workgroupBarrier();
  let variance = (f32(atomicLoad(&high)) * 65536.0 + f32(atomicLoad(&low))) / ${count}.0 - rest * rest;
  let scale = inverseSqrt(max(variance, ${1 / count}));
  let turned = (scramble(mirror[0] + group.x * 0x9e3779b9u) >> 8u) < mirror[1];
  for (var pixel = thread; pixel < ${size * size}; pixel += ${threads}) {
    let source = select(pixel, pixel + ${size - 1} - 2 * (pixel % ${size}), turned);
    for (var c = 0; c < 3; c++) {
      standardised[start + 3 * pixel + c] = (f32(byteAt(start + 3 * source + c) - pivot) - rest) * scale;
    }
  }
}`,
    };
  },
  sizes: ({ images, size }) => ({
    outputs: [images * size * size * 3],
    inputs: [Math.ceil((images * size * size * 3) / 4), 2],
  }),
  reference(options, out, words, mirror) {
    standardiseInto(options, out, new Uint8Array(Int32Array.from(words ?? []).buffer), mirror ?? []);
  },
  example({ images, size }) {
    const bytes = Uint8Array.from(
      { length: images * size * size * 3 },
      (_, i) => 127.5 + 127.5 * Math.sin(0.37 * i),
    );
    // One colour; then one byte that differs from a bright rest; then black and white.
    const [flat, spot, extremes] = [0, 1, 2].map(image =>
      bytes.subarray(image * size * size * 3, (image + 1) * size * size * 3),
    );
    flat?.fill(201);
    spot?.fill(250).fill(249, 0, 1);
    extremes?.set(extremes.map((_, i) => (i % 2 === 0 ? 0 : 255)));
    return [packBytes(bytes), mirrorDraw(7, 0.5)];
  },
  cases: [
    { images: 5, size: 7 },
    { images: 4, size: 16 },
    { images: 3, size: 300 },
  ],
};
