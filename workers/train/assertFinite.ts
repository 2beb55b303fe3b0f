/** @file A run whose numbers left the finite is over: says which, where, and what to do. */
import { AppError } from '../protocol/link';
import type { TaskDescription } from '../protocol/messages';

/** @throws AppError `run/diverged`. */
export function assertFinite(
  tasks: readonly TaskDescription[],
  losses: readonly number[],
  weights: readonly number[],
  step: number,
): void {
  tasks.forEach(({ label }, t) => {
    for (const [what, value] of [
      ['loss', losses[t]],
      ['weight', weights[t]],
    ] as const) {
      if (Number.isFinite(value)) continue;
      throw new AppError(
        'run/diverged',
        `The ${what} of ${label} is ${value} at step ${step}. Lower the learning rate or the clip norm, or resume an earlier checkpoint.`,
      );
    }
  });
}
