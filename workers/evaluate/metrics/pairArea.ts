/**
 * @file Verification: the area under the ROC of the pairs, with the squared distance of their L2-normalised embeddings as the
 * score. It is the measure of the papers' authors; see also Schroff et al., FaceNet, CVPR 2015.
 */
import type { Metric } from '../metric';
import { pairFigures, wordsOf } from './verified';

/**
 * P(s < d) + ½·P(s = d) for s from `same` and d from `different` (Mann–Whitney). It is exact, and ties count as one half.
 * @param same distances, ascending and not empty.
 * @param different distances, ascending and not empty.
 */
export function areaUnderRoc(same: Float64Array, different: Float64Array): number {
  let below = 0;
  let upTo = 0;
  let wins = 0;
  for (const d of different) {
    while (below < same.length && (same[below] as number) < d) below++;
    while (upTo < same.length && (same[upTo] as number) <= d) upTo++;
    wins += (below + upTo) / 2;
  }
  return wins / (same.length * different.length);
}

export const pairArea: Metric = {
  needs: ['pairs'],
  compute({ tasks }) {
    const { ofSame, ofDifferent } = wordsOf(tasks);
    return {
      kind: 'perTask',
      label: 'Verification: pair AUC',
      about: `How often two images ${ofSame} are closer than two images ${ofDifferent}, by the embedding of the task. 0.5 is chance. No pair has two frames of one sequence.`,
      format: 'number',
      headline: true,
      figures: pairFigures(tasks, ({ same, different }) => areaUnderRoc(same, different)),
    };
  },
};
