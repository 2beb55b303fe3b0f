/** @file Says what the see-saw is doing, in one or two sentences. They state only what was measured. */
import { latest, valueAt, weightShares } from './history';
import type { RunState } from './runs';
import { margin } from './swaps';

const percent = (weight: number) =>
  weight > 0.995 ? 'over 99 %' : weight < 0.005 ? 'under 1 %' : `${Math.round(weight * 100)} %`;

/** Weights count as fixed if they have not changed by more than this since the first row. */
const stillness = 1e-6;

function neverMoved(run: RunState): boolean {
  const now = latest(run.history, 'weight');
  return now.every((weight, task) => Math.abs(weight - valueAt(run.history, 'weight', task, 0)) < stillness);
}

function hardest(run: RunState): number {
  const losses = latest(run.history, 'loss');
  return losses.reduce(
    (best, loss, task) => (loss > (losses[best] ?? Number.NEGATIVE_INFINITY) ? task : best),
    0,
  );
}

export function narrate(run: RunState): string {
  const label = (task: number) => run.tasks[task]?.label ?? `task ${task + 1}`;
  if (run.phase === 'failed') return `Stopped by an error: ${run.error?.message ?? 'no reason was given'}`;
  const weights = weightShares(run.history);
  const willStep = run.phase !== 'stopped' && run.phase !== 'finished';
  if (run.compiling && willStep)
    return `Compiling the network: ${run.compiling.ready} of ${run.compiling.all} GPU programs.`;
  if (weights.length === 0)
    return run.phase === 'preparing' || run.phase === 'running'
      ? 'Compiling the network. The first step takes longest.'
      : 'Ready at step 0.';
  const top = weights.reduce((best, weight, task) => (weight > (weights[best] ?? 0) ? task : best), 0);
  const share = percent(weights[top] ?? Number.NaN);
  if (run.history.length > 1 && neverMoved(run)) {
    const equal = weights.every(weight => Math.abs(weight - 1 / weights.length) < stillness);
    if (weights[top] === 1) return `${label(top)} has all the weight, the others none.`;
    return equal ? 'Every task keeps the same weight.' : `${label(top)} holds ${share} of the weight, fixed.`;
  }
  const { swaps } = run.swaps;
  const swap = swaps.at(-1);
  if (swap) {
    const times = swaps.length === 1 ? '' : ` for the ${ordinal(swaps.length)} time`;
    const now =
      top === swap.to ? `${label(top)} now carries ${share}` : `${label(top)} is taking over, with ${share}`;
    return `Swapped${times} at step ${swap.step}: ${label(swap.from)} handed over to ${label(swap.to)}. ${now}.`;
  }
  const second = Math.max(...weights.filter((_, task) => task !== top));
  if ((weights[top] ?? 0) - second <= margin) return 'Level: no task leads.';
  const easy = weights.length === 2 ? 'the easy one right now' : 'not the hardest right now';
  const hard = hardest(run) === top ? 'the hardest right now' : easy;
  return `${label(top)} carries ${share} of the weight: ${hard}, by its loss.`;
}

function ordinal(n: number): string {
  const tail = n % 100 >= 11 && n % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${tail}`;
}
