/**
 * @file Stateless randomness: every random number is a hash of (seed, what it is for, where). A run therefore has no
 * random state to save beyond its seed and its step, two compared runs share batches and masks by construction, and
 * a GPU kernel can draw the same bits.
 */

/** 32-bit finaliser of MurmurHash3: every input bit reaches every output bit. */
function mix(h: number): number {
  let x = h >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/** Hash of words (numbers are taken modulo 2³², strings by their UTF-16 units) to an unsigned 32-bit integer. */
export function hash(...words: (number | string)[]): number {
  let h = 0x9e3779b9;
  for (const word of words) {
    if (typeof word === 'number') h = mix(h ^ Math.imul(word >>> 0, 0x9e3779b1)) + 0x9e3779b9;
    else for (let i = 0; i < word.length; i++) h = mix(h ^ Math.imul(word.charCodeAt(i) + 1, 0x85ebca77)) + 1;
  }
  return mix(h);
}

/** The `i`-th draw of stream `key`, as an unsigned 32-bit integer. The GPU draws the same (`gpu/kernels`). */
export function draw(key: number, i: number): number {
  return mix((key + Math.imul(i, 0x9e3779b9)) >>> 0);
}

/** Uniform in [0, 1) with 24 bits, exact in float32. */
export function uniform(key: number, i: number): number {
  return (draw(key, i) >>> 8) / 0x1000000;
}

/** Draws in order from a stream: for code that asks for a variable number of them. */
export interface Stream {
  uniform(): number;
  /** Standard normal (Box–Muller). */
  normal(): number;
  /** Integer in [0, n). */
  integer(n: number): number;
}

export function stream(...words: (number | string)[]): Stream {
  const key = hash(...words);
  let i = 0;
  const next = () => uniform(key, i++);
  return {
    uniform: next,
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    integer: n => Math.floor(next() * n),
  };
}

/** A permutation of 0 … n−1 (Fisher–Yates). */
export function permutation(n: number, ...words: (number | string)[]): Uint32Array {
  const { integer } = stream(...words);
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = integer(i + 1);
    const swap = order[i] as number;
    order[i] = order[j] as number;
    order[j] = swap;
  }
  return order;
}
