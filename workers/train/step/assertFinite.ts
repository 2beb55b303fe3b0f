/** @file A run whose numbers left the finite is over: says which, where, and what to do. */
import { AppError } from '../../protocol/link';
import type { TaskDescription } from '../../protocol/systems';

export interface StepNumbers {
  tasks: readonly TaskDescription[];
  losses: readonly number[];
  weights: readonly number[];
  /** A NaN can hide from the losses: WGSL's max(NaN, 0) may be 0, so a ReLU swallows it. No gradient norm does. */
  gradientNorm: number;
  step: number;
  /** Kept in half precision, numbers also leave the finite beyond 65 504. */
  half?: boolean;
}

/** @throws AppError `run/diverged`. */
export function assertFinite({
  tasks,
  losses,
  weights,
  gradientNorm,
  step,
  half = false,
}: StepNumbers): void {
  const numbers = tasks.flatMap(({ label }, t): [string, number | undefined][] => [
    [`loss of ${label}`, losses[t]],
    [`weight of ${label}`, weights[t]],
  ]);
  for (const [what, value] of [...numbers, ['gradient norm', gradientNorm] as const]) {
    if (Number.isFinite(value)) continue;
    throw new AppError(
      'run/diverged',
      `The ${what} is ${value} at step ${step}. Lower the learning rate or the clip norm, ${half ? 'train in float32, ' : ''}or resume an earlier checkpoint.`,
    );
  }
}
