/**
 * @file Ends a run whose numbers are not finite any more. The error says which number it is, at which step, and what to
 * do.
 */
import { AppError } from '../../protocol/errors';
import type { TaskDescription } from '../../protocol/systems';
import { numbersOf, type StepReport } from './report';

export interface StepNumbers {
  tasks: readonly TaskDescription[];
  report: StepReport;
  step: number;
  /** Whether values are stored in half precision, where a number beyond 65 504 becomes infinite. */
  half?: boolean;
}

/**
 * Checks the losses and weights of the tasks that the batch had, and the norm of the gradient. The losses alone are not
 * enough: in WGSL max(NaN, 0) may be 0, so a ReLU can remove a NaN from the forward pass. It still shows in the gradient.
 * @throws AppError `run/diverged` when a number is not finite.
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
