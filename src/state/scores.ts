/**
 * @file The figures of evaluations as columns of a table and lines of a chart: every scalar, and every per-task figure
 * once a task. No metric is known by name.
 */
import type { Evaluation, Figure, FigureFormat } from '../../workers/protocol/results';
import type { TaskDescription } from '../../workers/protocol/systems';

export interface Score {
  /** Of the metric. */
  id: string;
  label: string;
  about: string;
  format: FigureFormat;
  /** Also stands in the table of runs. */
  headline: boolean;
  /** The tasks it has a figure of; empty: it has one figure. */
  tasks: readonly TaskDescription[];
}

/** What the newest evaluation of each run has figures of, in the order of the metrics. */
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

/** `task`: its id, for a metric with a figure a task. `undefined` where the evaluation does not have the figure. */
export function figureOf(evaluation: Evaluation | undefined, id: string, task?: string): Figure | undefined {
  const result = evaluation?.results[id];
  if (result?.kind === 'scalar') return result.figure;
  return result?.kind === 'perTask' && task !== undefined ? result.figures[task] : undefined;
}
