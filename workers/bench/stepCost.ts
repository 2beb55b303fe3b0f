/** @file Makes a row of the table from samples and counts. */
import { type BenchReport, isFailed, type Outcome, type StepCost } from '../protocol/bench';
import { median } from './arithmetic';
import type { Sample } from './interleave';
import type { Started } from './start';

export const notStarted = { failed: 'It was not started.' };

/** Takes medians of the samples. The shares are relative to this run's own ceilings. */
export function stepCost(
  started: Outcome<Pick<Started, 'bytes' | 'work'>> = notStarted,
  samples: readonly Sample[],
  { batch, gflopPerImage }: Pick<BenchReport['sizes'], 'batch' | 'gflopPerImage'>,
  ceilings: Pick<NonNullable<BenchReport['ceilings']>, 'matmulGflopPerSecond' | 'copyGbPerSecond'> | null,
): Outcome<StepCost> {
  if (isFailed(started)) return started;
  const { work, bytes } = started;
  const stepMs = median(samples.map(({ ms }) => ms));
  const gflopPerSecond = (gflopPerImage * batch * 1000) / stepMs;
  return {
    stepMs,
    imagesPerSecond: (1000 * batch) / stepMs,
    gflopPerSecond,
    matmulShare: work && ceilings && gflopPerSecond / ceilings.matmulGflopPerSecond,
    copyShare: work && ceilings && work.traffic / 1e6 / stepMs / ceilings.copyGbPerSecond,
    dispatches: work?.dispatches ?? null,
    submits: work?.submits ?? null,
    jsMs: median(samples.map(({ jsMs }) => jsMs)),
    bytes,
    steps: samples.reduce((sum, { pieces }) => sum + pieces, 0),
  };
}
