/** @file A run whose numbers left the finite is over: says which, where, and what to do. */
import { AppError } from '../../protocol/errors';
import type { TaskDescription } from '../../protocol/systems';
import { numbersOf, type StepReport } from './report';

export interface StepNumbers {
  tasks: readonly TaskDescription[];
  report: StepReport;
  step: number;
  /** Kept in half precision, numbers also leave the finite beyond 65 504. */
  half?: boolean;
}

/**
 * Looks at losses and weights of the tasks that the batch had, and at the gradient's norm: a NaN can hide from the losses,
 * because WGSL's max(NaN, 0) may be 0 and a ReLU then swallows it, but no gradient norm does.
 * @throws AppError `run/diverged`.
 */
export function assertFinite({ tasks, report, step, half = false }: StepNumbers): void {
  const [losses, weights] = [numbersOf(report, 'loss'), numbersOf(report, 'weight')];
  const numbers = tasks.flatMap(({ label }, t): [string, number | undefined][] =>
    report.present[t]
      ? [
          [`loss of ${label}`, losses[t]],
          [`weight of ${label}`, weights[t]],
        ]
      : [],
  );
  const [norm] = numbersOf(report, 'gradientNorm');
  for (const [what, value] of [...numbers, ['gradient norm', norm] as const]) {
    if (Number.isFinite(value)) continue;
    throw new AppError(
      'run/diverged',
      `The ${what} is ${value} at step ${step}. Lower the learning rate or the clip norm, ${half ? 'train in float32, ' : ''}or resume an earlier checkpoint.`,
    );
  }
}
