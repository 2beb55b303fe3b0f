/**
 * @file Makes the network's input from bytes. A hash of (key, image) says how each image is shifted and whether it is
 * mirrored. Then its mean is subtracted, and it is divided by max(σ, 1/√N) (METHOD section 1). Each image has one
 * workgroup.
 *
 * All sums are of integers, so the order of adding does not change them. The sums of the bytes x and of their squares
 * come from one pass. With the rounded mean p, Σ(x − p)² = Σx² − p·(2·Σx − N·p) is then exact. Unlike Σx² − N·mean² in
 * floats, this loses nothing on an image of almost one colour. Sums of squares exceed 32 bits from 149 × 149 pixels on,
 * so they are kept as two halves of 16 bits.
 */
import { draw } from '../../../random';
import type { Kernel, Values } from '../../wgsl/kernel';
import { scrambleWgsl } from '../../wgsl/scramble';

export interface StandardiseOptions {
  images: number;
  /** Pixels a side. */
  size: number;
  /** The threads of an image. The default is 256, which suits a GPU. */
  threads?: number;
}

/**
 * What the kernel reads beside the bytes: the stream's key, the bound below which a draw of 24 bits mirrors, and the
 * largest shift. @param share of the images that are mirrored, 0–1. @param shift pixels, at most 2¹⁵.
 */
export function augmentDraw(key: number, share: number, shift: number): Int32Array<ArrayBuffer> {
  return Int32Array.of(key, Math.ceil(share * 2 ** 24), shift);
}

/**
 * Where a pixel of an augmented image comes from: `right` pixels right and `down` pixels down of its place in an
 * image that is turned afterwards.
 */
export interface Augmentation {
  turned: boolean;
  right: number;
  down: number;
}

/** Returns what the GPU does with an image of the batch. @param augment comes from `augmentDraw`. */
export function augmentationOf(
  [key = 0, bound = 0, shift = 0]: ArrayLike<number> & Iterable<number>,
  image: number,
): Augmentation {
  const word = draw(key >>> 0, image);
  // The shift reads the bits of a second scramble, because mirroring reads those of the first.
  const offset = draw(word, 0);
  const within = (bits: number) => Math.floor((bits * (2 * shift + 1)) / 2 ** 16) - shift;
  return { turned: word >>> 8 < bound, right: within(offset & 0xffff), down: within(offset >>> 16) };
}

/** Packs four bytes into a word, the first one lowest, as the GPU reads them. It shares memory if it can. */
export function packBytes(bytes: Uint8Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  if (bytes.byteOffset % 4 === 0 && bytes.length % 4 === 0)
    return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const words = new Int32Array(Math.ceil(bytes.length / 4));
  new Uint8Array(words.buffer).set(bytes);
  return words;
}

/** Which pixel of an image `[size, size]` becomes the augmented image's, for each of its pixels in order. */
function sources(size: number, { turned, right, down }: Augmentation): Int32Array {
  const clamp = (place: number) => Math.min(Math.max(place, 0), size - 1);
  return Int32Array.from({ length: size * size }, (_, pixel) => {
    const column = clamp((pixel % size) + right);
    const row = clamp(Math.floor(pixel / size) + down);
    return row * size + (turned ? size - 1 - column : column);
  });
}

/**
 * The same in double precision. @param out `[images, size, size, 3]`.
 * @param bytes RGB of the same shape, 0–255. @param augment `augmentDraw`.
 */
export function standardiseInto(
  { images, size }: StandardiseOptions,
  out: Values,
  bytes: Uint8Array,
  augment: ArrayLike<number> & Iterable<number>,
): void {
  const count = size * size * 3;
  for (let image = 0; image < images; image++) {
    const start = image * count;
    const from = sources(size, augmentationOf(augment, image));
    const at = (i: number) => bytes[start + 3 * (from[Math.floor(i / 3)] ?? 0) + (i % 3)] ?? 0;
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < count; i++) {
      const value = at(i);
      sum += value;
      squares += value * value;
    }
    const mean = sum / count;
    const deviation = Math.sqrt(Math.max(0, squares / count - mean * mean));
    const scale = 1 / Math.max(deviation, 1 / Math.sqrt(count));
    for (let i = 0; i < count; i++) out[start + i] = (at(i) - mean) * scale;
  }
}

/** Buffers: images `[images, size, size, 3]`, `packBytes` of their bytes, `augmentDraw` `[3]`. */
export const standardise: Kernel<StandardiseOptions> = {
  name: 'standardise',
  wgsl({ images, size, threads = 256 }) {
    const count = size * size * 3;
    const each = (body: string) => `
  for (var pixel = thread; pixel < ${size * size}; pixel += ${threads}) {
    let row = clamp(pixel / ${size} + down, 0, ${size - 1});
    let place = clamp(pixel % ${size} + right, 0, ${size - 1});
    let value = bytesAt(start + 3 * (row * ${size} + select(place, ${size - 1} - place, turned)));
    ${body}
  }`;
    return {
      label: 'standardise',
      workgroups: [images, 1, 1],
      wgsl: `
@group(0) @binding(0) var<storage, read_write> standardised: array<f32>;
@group(0) @binding(1) var<storage, read> words: array<u32>;
@group(0) @binding(2) var<storage, read> augment: array<u32>;
var<workgroup> total: atomic<u32>;
var<workgroup> low: atomic<u32>;
var<workgroup> high: atomic<u32>;
${scrambleWgsl}
fn bytesAt(i: i32) -> vec3<u32> {
  let shift = 8u * u32(i & 3);
  let next = select(0u, words[(i >> 2u) + 1] << ((32u - shift) & 31u), shift > 8u);
  return (vec3<u32>((words[i >> 2u] >> shift) | next) >> vec3<u32>(0u, 8u, 16u)) & vec3<u32>(255u);
}
fn within(bits: u32) -> i32 { return i32((bits * (2u * augment[2] + 1u)) >> 16u) - i32(augment[2]); }
@compute @workgroup_size(${threads})
fn main(@builtin(local_invocation_index) index: u32, @builtin(workgroup_id) group: vec3<u32>) {
  let thread = i32(index);
  let start = i32(group.x) * ${count};
  let word = scramble(augment[0] + group.x * 0x9e3779b9u);
  let turned = (word >> 8u) < augment[1];
  let offset = scramble(word);
  let right = within(offset & 65535u);
  let down = within(offset >> 16u);
  var sum = 0u;
  var squares = 0u;${each('sum += value.x + value.y + value.z;\n    squares += dot(value, value);')}
  atomicAdd(&total, sum);
  atomicAdd(&low, squares & 65535u);
  atomicAdd(&high, squares >> 16u);
  workgroupBarrier();
  let all = i32(atomicLoad(&total));
  let mean = (all + ${Math.floor(count / 2)}) / ${count};
  let rest = f32(all - mean * ${count}) / ${count}.0;
  let twice = 2 * all - mean * ${count};
  let lower = i32(atomicLoad(&low)) - mean * (twice & 65535);
  let upper = i32(atomicLoad(&high)) - mean * (twice >> 16u) + (lower >> 16u);
  let variance = (f32(upper) * 65536.0 + f32(lower & 65535)) / ${count}.0 - rest * rest;
  let scale = inverseSqrt(max(variance, ${1 / count}));
  ${each(`let to = start + 3 * pixel;
    let whitened = (vec3<f32>(vec3<i32>(value) - vec3<i32>(mean)) - vec3<f32>(rest)) * scale;
    standardised[to] = whitened.x;
    standardised[to + 1] = whitened.y;
    standardised[to + 2] = whitened.z;`)}
}`,
    };
  },
  sizes: ({ images, size }) => ({
    outputs: [images * size * size * 3],
    inputs: [Math.ceil((images * size * size * 3) / 4), 3],
  }),
  reference(options, out, words, augment) {
    standardiseInto(options, out, new Uint8Array(Int32Array.from(words ?? []).buffer), augment ?? []);
  },
  example({ images, size }) {
    const bytes = Uint8Array.from(
      { length: images * size * size * 3 },
      (_, i) => 127.5 + 127.5 * Math.sin(0.37 * i),
    );
    // The images are: one colour, a bright colour with one byte that differs, and black and white.
    const [flat, spot, extremes] = [0, 1, 2].map(image =>
      bytes.subarray(image * size * size * 3, (image + 1) * size * size * 3),
    );
    flat?.fill(201);
    spot?.fill(250).fill(249, 0, 1);
    extremes?.set(extremes.map((_, i) => (i % 2 === 0 ? 0 : 255)));
    return [packBytes(bytes), augmentDraw(7, 0.5, 2)];
  },
  cases: [
    { images: 5, size: 7 },
    { images: 4, size: 16, threads: 64 },
    { images: 3, size: 300 },
  ],
};
