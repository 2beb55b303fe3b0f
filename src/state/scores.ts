/**
 * @file Gives the figures of evaluations as columns of a table and lines of a chart: one for every scalar, and one for each
 * task of every per-task figure. This file knows no metric by name.
 */
import {
  type Evaluation,
  type Figure,
  type FigureFormat,
  type HeldOutSide,
  whileTraining,
} from '../../workers/protocol/results';
import type { TaskDescription } from '../../workers/protocol/systems';

export interface Score {
  /** The id of the metric. */
  id: string;
  label: string;
  about: string;
  format: FigureFormat;
  /** Whether the score is also shown in the table of runs. */
  headline: boolean;
  /** The tasks that have a figure. If empty, there is one figure for the whole run. */
  tasks: readonly TaskDescription[];
}

/** The scores that the newest evaluation of each run contains, in the order of the metrics. */
export function scoresOf(
  evaluations: readonly (Evaluation | undefined)[],
  tasks: readonly TaskDescription[],
): Score[] {
  const scores = new Map<string, Score>();
  for (const evaluation of evaluations) {
    for (const [id, result] of Object.entries(evaluation?.results ?? {})) {
      if (result.kind !== 'scalar' && result.kind !== 'perTask') continue;
      const own = result.kind === 'perTask' ? tasks.filter(task => task.id in result.figures) : [];
      const known = scores.get(id)?.tasks ?? [];
      const { label, about, format, headline = false } = result;
      scores.set(id, {
        id,
        label,
        about,
        format,
        headline,
        tasks: tasks.filter(t => own.includes(t) || known.includes(t)),
      });
    }
  }
  return [...scores.values()];
}

/**
 * @param task id of the task, for a metric with one figure for each task.
 * @returns undefined where there is no such figure.
 */
export function figureOf(evaluation: Evaluation | undefined, id: string, task?: string): Figure | undefined {
  const result = evaluation?.results[id];
  if (result?.kind === 'scalar') return result.figure;
  return result?.kind === 'perTask' && task !== undefined ? result.figures[task] : undefined;
}

/** The values of a score on one held-out side. */
export interface ScoreCurve {
  side: HeldOutSide;
  /** Whether the points are joined. The test scores beside a validation curve are single points, mostly one at the end. */
  joined: boolean;
  points: { step: number; value: number }[];
}

/**
 * The curve of the side that is scored while the run trains, and the scores of the other side, which belong to no curve. A
 * side without a value is left out.
 */
export function curvesOf(evaluations: readonly Evaluation[], id: string, task?: string): ScoreCurve[] {
  const curve = whileTraining(evaluations);
  const others = evaluations.filter(evaluation => !curve.includes(evaluation));
  return [curve, others].flatMap((list, i) => {
    const points = list.flatMap(evaluation => {
      const value = figureOf(evaluation, id, task)?.value ?? null;
      return value === null ? [] : [{ step: evaluation.step, value }];
    });
    const [first] = list;
    return first && points.length > 0 ? [{ side: first.side, joined: i === 0, points }] : [];
  });
}
