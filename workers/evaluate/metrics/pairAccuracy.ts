/**
 * @file Verification: the best balanced accuracy that one threshold t gives. A pair counts as one with the same label if
 * its distance is below t.
 */
import type { Metric } from '../metric';
import { pairFigures, wordsOf } from './verified';

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
  // It is enough to try a threshold just above each distance of `same`, because a larger one, up to the next such
  // distance, can only accept more pairs of `different`.
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
  compute({ tasks }) {
    const { ofSame, ofDifferent } = wordsOf(tasks);
    return {
      kind: 'perTask',
      label: 'Verification: pair accuracy',
      about: `The share of right answers at the best threshold on the distance, by the embedding of the task. Pairs ${ofSame} and pairs ${ofDifferent} have the same weight, so 50 % is chance. The threshold is chosen on the same pairs, so the number is a little too high.`,
      format: 'percent',
      headline: true,
      figures: pairFigures(tasks, ({ same, different }) => bestBalancedAccuracy(same, different)),
    };
  },
};
