/** @file Reads the held-out losses from an evaluation, for strategies that use them. */
import type { Evaluation } from '../protocol/results';
import type { METRICS } from './metrics';

const id = 'loss' satisfies keyof typeof METRICS;

/** The losses in task order. They are null where no held-out sample has a label of the task. */
export function heldOutLosses(evaluation: Evaluation, tasks: readonly { id: string }[]): (number | null)[] {
  const result = evaluation.results[id];
  return tasks.map(task => (result?.kind === 'perTask' ? (result.figures[task.id]?.value ?? null) : null));
}
