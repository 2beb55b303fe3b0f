/** @file Counts the pairs of each kind on which verification is scored. */
import type { Metric } from '../metric';

export const pairCounts: Metric = {
  needs: ['pairs'],
  compute({ pairs }) {
    const about =
      'The pairs on which verification is scored. If the held-out images alone give too few pairs of one person, they are paired with training images of other sequences.';
    const shared = { kind: 'table', label: 'Pairs compared', about } as const;
    if ('why' in pairs) return { ...shared, why: pairs.why, columns: [], rows: [] };
    const row = (kind: string, count: number) =>
      pairs.sides === 'heldOut' ? [kind, count, 0] : [kind, 0, count];
    return {
      ...shared,
      why: null,
      columns: ['Pair', 'Held-out with held-out', 'Held-out with training'],
      rows: [row('Same person', pairs.same.length), row('Different people', pairs.different.length)],
    };
  },
};
