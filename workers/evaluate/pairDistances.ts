/** @file Distances of the chosen pairs in the embedding that verification uses. */
import type { ChosenPairs } from '../samples/pairs';
import type { PairDistances } from './metric';

export interface Embeddings {
  size: number;
  /** `[samples, size]`, row by row. */
  values: Float32Array;
}

/**
 * @param rows of `embeddings`, by index into the dataset. A pair with an image that has none, as its picture is damaged,
 * is left out.
 */
export function pairDistances(
  pairs: ChosenPairs,
  { size, values }: Embeddings,
  rows: ReadonlyMap<number, number>,
): PairDistances | { why: string } {
  const squaredDistance = (a: number, b: number) => {
    let sum = 0;
    for (let k = 0; k < size; k++)
      sum += ((values[a * size + k] as number) - (values[b * size + k] as number)) ** 2;
    return sum;
  };
  const distances = (list: Uint32Array) => {
    const found: number[] = [];
    for (let i = 0; i < list.length; i += 2) {
      const [a, b] = [rows.get(list[i] ?? -1), rows.get(list[i + 1] ?? -1)];
      if (a !== undefined && b !== undefined) found.push(squaredDistance(a, b));
    }
    return Float64Array.from(found).sort();
  };
  const [same, different] = [distances(pairs.same), distances(pairs.different)];
  if (same.length === 0 || different.length === 0) {
    return { why: 'The pictures of all pairs of one kind are damaged.' };
  }
  // Typed arrays sort NaN to the end.
  if (Number.isNaN(same.at(-1)) || Number.isNaN(different.at(-1))) {
    return {
      why: 'The embeddings are not numbers (NaN): the training has diverged. Lower the learning rate.',
    };
  }
  return { same, different, sides: pairs.sides };
}
