/** @file Computes the distances between the embeddings of the chosen pairs. */
import type { ChosenPairs } from '../samples/pairs';
import type { PairDistances } from './metric';

export interface Embeddings {
  size: number;
  /** `[samples, size]`, row by row. */
  values: Float32Array;
}

/**
 * The squared distances of the pairs, or the reason why there are none.
 * @param rows the row in `embeddings` of each sample, by its index in the dataset. A damaged picture has no row, and its pairs
 * are left out.
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
  // Sorting a typed array puts NaN at the end.
  if (Number.isNaN(same.at(-1)) || Number.isNaN(different.at(-1))) {
    return {
      why: 'The embeddings are not numbers (NaN): the training has diverged. Lower the learning rate.',
    };
  }
  return { same, different, sides: pairs.sides };
}
