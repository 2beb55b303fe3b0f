/**
 * @file A fingerprint of weights. With it one can tell whether two files, or a file and a run, hold the same numbers.
 */
import type { FileTensor } from './tensorFile';

/** Whether a tensor is one of the network's own. Those of optimizer, weighting and centers are not. */
const isOfNetwork = ({ name }: FileTensor): boolean => /^(trunk|branch\d+|head\d+)\//.test(name);

/** The finaliser of MurmurHash3. Every input bit affects every output bit. */
function mix(word: number): number {
  let x = word;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/** Two hashes of 32 bits over the same words. They have different starts and steps. */
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
 * Returns a hash of 64 bits over names, shapes and bits of a network's tensors, as 16 hexadecimal digits. The order
 * of the tensors does not matter. A run, its checkpoint and its export in any format have the same hash.
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
