/**
 * @file Brings the evaluations of an older checkpoint to the form and the words of today's metrics. Such a file has one
 * figure of verification, which is of the first task that embeds, and it calls pairs of any label column people.
 */
import type { Predictions } from '../../evaluate/metric';
import { METRICS } from '../../evaluate/metrics';
import type { Evaluation, Result } from '../../protocol/results';
import type { Task } from '../../tasks/task';

/** Predictions for no sample. The metrics then give their form and their words without figures. */
const predictionsOfNothing = (tasks: readonly Task[]): Predictions => ({
  paths: [],
  tasks: tasks.map(({ id, label, column, embeds }) => ({
    ...{ id, label, column, classNames: [] },
    ...{ logits: new Float32Array(), labels: new Int32Array() },
    pairs: embeds ? { why: 'No pair was saved.' } : null,
  })),
});

/**
 * Evaluations as today's metrics would give them. Those of a file of today come back as they are, and so do the results of
 * metrics that no longer exist.
 * @param tasks the tasks of the run that was evaluated.
 */
export function inFormOfToday(evaluations: readonly Evaluation[], tasks: readonly Task[]): Evaluation[] {
  const nothing = predictionsOfNothing(tasks);
  const verified = tasks.find(({ embeds }) => embeds);
  const owners = verified ? [verified] : tasks;
  const ofToday = (id: string, saved: Result): Result => {
    if (!Object.hasOwn(METRICS, id) || (saved.kind !== 'scalar' && saved.kind !== 'perTask')) return saved;
    const today = METRICS[id as keyof typeof METRICS].compute(nothing);
    if (today.kind !== 'perTask') return saved;
    const figures =
      saved.kind === 'perTask'
        ? saved.figures
        : Object.fromEntries(owners.map(task => [task.id, saved.figure]));
    return { ...today, figures };
  };
  const isOlder = ({ pairArea }: Evaluation['results']) => pairArea?.kind === 'scalar';
  /** Whether an older picture of pairs speaks of people where the labels say something else. */
  const misnamed = (id: string) =>
    (id === 'pairCounts' || id === 'roc') && verified !== undefined && verified.column !== 'identity';
  return evaluations.map(({ results, ...rest }) => ({
    ...rest,
    results: Object.fromEntries(
      Object.entries(results)
        .filter(([id]) => !(isOlder(results) && misnamed(id)))
        .map(([id, saved]) => [id, ofToday(id, saved)]),
    ),
  }));
}
