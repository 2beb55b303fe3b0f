/**
 * @file Verification: the best balanced accuracy that one threshold t gives. A pair counts as one person if its distance
 * is below t.
 */
import type { Metric } from '../metric';

/**
 * The maximum over t of ½·(share of `same` below t + share of `different` at or above t). Both kinds have the same weight.
 * Otherwise, with the 118 people of CK+, where 99 % of all pairs show two people, the answer "always different" would score 0.99.
 * @param same distances, ascending and not empty.
 * @param different distances, ascending and not empty.
 */
export function bestBalancedAccuracy(same: Float64Array, different: Float64Array): number {
  let best = 0.5;
  let rejected = 0;
  let accepted = 0;
  // It is enough to try a threshold just above each same-person distance, because a larger one, up to the next such
  // distance, can only accept more pairs of two people.
  while (accepted < same.length) {
    const distance = same[accepted] as number;
    while (accepted < same.length && same[accepted] === distance) accepted++;
    while (rejected < different.length && (different[rejected] as number) <= distance) rejected++;
    best = Math.max(best, (accepted / same.length + 1 - rejected / different.length) / 2);
  }
  return best;
}

export const pairAccuracy: Metric = {
  needs: ['pairs'],
  compute: ({ pairs }) => ({
    kind: 'scalar',
    label: 'Verification: pair accuracy',
    about:
      'The share of right answers at the best threshold on the distance. Pairs of one person and pairs of two people have the same weight, so 50 % is chance. The threshold is chosen on the same pairs, so the number is a little too high.',
    format: 'percent',
    headline: true,
    figure:
      'why' in pairs
        ? { value: null, why: pairs.why }
        : { value: bestBalancedAccuracy(pairs.same, pairs.different) },
  }),
};
