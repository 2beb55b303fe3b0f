/** @file The held-out losses of an evaluation, for strategies that look at them between two steps. */
import type { Evaluation } from '../protocol/results';
import type { METRICS } from './metrics';

const id = 'loss' satisfies keyof typeof METRICS;

/** In task order; null where the held-out samples have no label of the task. */
export function heldOutLosses(evaluation: Evaluation, tasks: readonly { id: string }[]): (number | null)[] {
  const result = evaluation.results[id];
  return tasks.map(task => (result?.kind === 'perTask' ? (result.figures[task.id]?.value ?? null) : null));
}
