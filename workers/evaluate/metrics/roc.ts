/** @file Verification: the ROC of the pairs of each task. `pairArea` is the area under it. */
import { bisectLeft } from 'd3-array';
import type { Metric } from '../metric';
import { verified, wordsOf } from './verified';

/** At most this many thresholds are drawn, which is enough for the size of the chart on the page. */
const mostPoints = 100;

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
    bisectLeft(different, t) / different.length,
    bisectLeft(same, t) / same.length,
  ]);
  return [[0, 0], ...points, [1, 1]];
}

export const roc: Metric = {
  needs: ['pairs'],
  compute({ tasks: all }) {
    const { tasks, why } = verified(all);
    const { same, different, ofSame, ofDifferent } = wordsOf(all);
    return {
      kind: 'curve',
      label: 'ROC of pairs',
      about: `For every threshold, the share of pairs ${ofSame} that are accepted against the share of pairs ${ofDifferent} that are accepted.`,
      why,
      x: `${different} accepted`,
      y: `${same} accepted`,
      lines: tasks.map(({ task, pairs }) => ({
        label: task.label,
        points: rocPoints(pairs.same, pairs.different),
      })),
    };
  },
};
