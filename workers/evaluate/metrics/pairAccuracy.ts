/** @file Verification: the best share of right answers that one threshold on the distance gives (same iff d < t). */
import type { Metric } from '../metric';

/**
 * Max over t of ½·(share of `same` below t + share of `different` at or above it); both ascending and not empty. The two
 * kinds weigh alike: of 118 people 99 % of all pairs are different, and "always different" would score .99.
 */
export function bestBalancedAccuracy(same: Float64Array, different: Float64Array): number {
  let best = 0.5;
  let rejected = 0;
  let accepted = 0;
  // Thresholds just above each same-person distance: between two of them only `different` can be lost.
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
      'Share of right answers at the best threshold on the distance, same and different pairs weighing alike; 50 % is chance. The threshold is chosen on these very pairs, so the figure is a little generous.',
    format: 'percent',
    headline: true,
    figure:
      'why' in pairs
        ? { value: null, why: pairs.why }
        : { value: bestBalancedAccuracy(pairs.same, pairs.different) },
  }),
};
