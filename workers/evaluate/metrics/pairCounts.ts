/** @file Counts the pairs of each kind on which each task is verified. */
import type { Metric } from '../metric';
import { verified, wordsOf } from './verified';

export const pairCounts: Metric = {
  needs: ['pairs'],
  compute({ tasks: all }) {
    const { tasks, why } = verified(all);
    return {
      kind: 'table',
      label: 'Pairs compared',
      about: `The pairs on which verification is scored. If the held-out images alone give too few pairs ${wordsOf(all).ofSame}, they are paired with training images of other sequences.`,
      why,
      columns: why === null ? ['Pair', 'Held-out with held-out', 'Held-out with training'] : [],
      rows: tasks.flatMap(({ task, pairs: { same, different, sides }, words }) => {
        const row = (kind: string, count: number) => [
          `${task.label}: ${kind.toLowerCase()}`,
          ...(sides === 'heldOut' ? [count, 0] : [0, count]),
        ];
        return [row(words.same, same.length), row(words.different, different.length)];
      }),
    };
  },
};
