/** @file What the metrics of verification share. Every task that embeds is verified by its own embedding and its own labels. */
import type { Figure } from '../../protocol/results';
import { type PairWords, pairWords } from '../../samples/pairWords';
import type { PairDistances, TaskPredictions } from '../metric';

const noEmbedding = 'No task of this run embeds, so there is nothing to compare faces by.';

/** The words for the pairs of all tasks that embed. */
export const wordsOf = (tasks: readonly TaskPredictions[]): PairWords =>
  pairWords(...tasks.flatMap(({ pairs, column }) => (pairs ? [column] : [])));

/**
 * The figures of the tasks that embed, by task id.
 * @param measure computes the figure of a task from its pairs.
 * @returns the reason for every task, if no task embeds.
 */
export function pairFigures(
  tasks: readonly TaskPredictions[],
  measure: (pairs: PairDistances) => number,
): Record<string, Figure> {
  const embed = tasks.some(({ pairs }) => pairs);
  const figures = tasks.flatMap(({ id, pairs }): [string, Figure][] => {
    if (!pairs) return embed ? [] : [[id, { value: null, why: noEmbedding }]];
    return [[id, 'why' in pairs ? { value: null, why: pairs.why } : { value: measure(pairs) }]];
  });
  return Object.fromEntries(figures);
}

/** The tasks that have pairs. If there is none, `why` has the reasons. */
export function verified(tasks: readonly TaskPredictions[]): {
  tasks: { task: TaskPredictions; pairs: PairDistances; words: PairWords }[];
  why: string | null;
} {
  const found = tasks.flatMap(task =>
    task.pairs && 'same' in task.pairs ? [{ task, pairs: task.pairs, words: pairWords(task.column) }] : [],
  );
  if (found.length > 0) return { tasks: found, why: null };
  const reasons = tasks.flatMap(({ pairs }) => (pairs && 'why' in pairs ? [pairs.why] : []));
  return { tasks: [], why: [...new Set(reasons)].join(' ') || noEmbedding };
}
