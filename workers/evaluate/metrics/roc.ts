/** @file Verification: the ROC of the pairs. `pairArea` is the area under it. */
import type { Metric } from '../metric';

/** At most this many thresholds are drawn, which is enough for the size of the chart on the page. */
const mostPoints = 100;

/** How many values of an ascending list are below `limit`. */
function countBelow(ascending: Float64Array, limit: number): number {
  let [from, to] = [0, ascending.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((ascending[middle] as number) < limit) from = middle + 1;
    else to = middle;
  }
  return from;
}

/**
 * The points of the ROC, from (0, 0) to (1, 1). The thresholds are quantiles of the distances of both kinds.
 * @returns for each threshold the share of `different` below it and the share of `same` below it, from 0 to 1.
 */
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
        'For every threshold, the share of same-person pairs that are accepted against the share of different-person pairs that are accepted.',
      why: missing ? pairs.why : null,
      x: 'Different people accepted',
      y: 'Same person accepted',
      lines: missing ? [] : [{ label: 'ROC', points: rocPoints(pairs.same, pairs.different) }],
    };
  },
};
