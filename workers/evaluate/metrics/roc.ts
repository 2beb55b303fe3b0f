/** @file Verification: the ROC itself, whose area is `pairArea`. */
import type { Metric } from '../metric';

/** As many points as a curve needs at the page's size. */
const mostPoints = 100;

/** Number of an ascending list's values that are below `limit`. */
function countBelow(ascending: Float64Array, limit: number): number {
  let [from, to] = [0, ascending.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((ascending[middle] as number) < limit) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** (false accepts, true accepts) at thresholds spread evenly over the distances of both kinds, from (0, 0) to (1, 1). */
export function rocPoints(same: Float64Array, different: Float64Array): [number, number][] {
  const spread = (list: Float64Array) =>
    Array.from(
      { length: mostPoints / 2 },
      (_, i) => list[Math.floor((i * list.length) / (mostPoints / 2))] ?? 0,
    );
  const thresholds = [...new Set([...spread(same), ...spread(different)])].sort((a, b) => a - b);
  const points = thresholds.map((t): [number, number] => [
    countBelow(different, t) / different.length,
    countBelow(same, t) / same.length,
  ]);
  return [[0, 0], ...points, [1, 1]];
}

export const roc: Metric = {
  needs: ['pairs'],
  compute({ pairs }) {
    const missing = 'why' in pairs;
    return {
      kind: 'curve',
      label: 'ROC of pairs',
      about:
        'Share of same-person pairs accepted against share of different-person pairs accepted, over all thresholds.',
      why: missing ? pairs.why : null,
      x: 'Different people accepted',
      y: 'Same person accepted',
      lines: missing ? [] : [{ label: 'ROC', points: rocPoints(pairs.same, pairs.different) }],
    };
  },
};
