/** @file A fingerprint of weights: whoever has two files, or a file and a run, can tell whether they hold the same numbers. */
import type { FileTensor } from './tensorFile';

/** Of a network's own tensors: what a run may start from. Optimizer, weighting and centers are left out. */
const isOfNetwork = ({ name }: FileTensor): boolean => /^(trunk|branch\d+|head\d+)\//.test(name);

/** MurmurHash3's finaliser: every input bit reaches every output bit. */
function mix(word: number): number {
  let x = word;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/** Two hashes of 32 bits over the same words, which start and step differently. */
class WordHash {
  #first = 0x9e3779b9;
  #second = 0x7f4a7c15;

  add(word: number): void {
    this.#first = mix(this.#first ^ word);
    this.#second = mix(Math.imul(this.#second, 0x01000193) + word);
  }

  toString(): string {
    return [this.#first, this.#second].map(half => half.toString(16).padStart(8, '0')).join('');
  }
}

/**
 * 64 bits over names, shapes and bits of a network's tensors, in whatever order they come: 16 hexadecimal digits. The
 * same for a run, its checkpoint and its export in any format.
 */
export function networkHash(tensors: readonly FileTensor[]): string {
  const hash = new WordHash();
  const inOrder = tensors.filter(isOfNetwork).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  for (const { name, shape, values } of inOrder) {
    for (const letter of name) hash.add(letter.codePointAt(0) ?? 0);
    hash.add(shape.length);
    for (const side of shape) hash.add(side);
    for (const word of new Uint32Array(values.buffer, values.byteOffset, values.length)) hash.add(word);
  }
  return hash.toString();
}
