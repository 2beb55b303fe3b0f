/** @file Measures the contestants in turn, round after round. If the machine slows down, it slows down all of them. */
import { runsInRound } from './arithmetic';

export interface Sample {
  /** The time of one piece of work, until its result is there. */
  ms: number;
  /** The time until the work is issued. */
  jsMs: number;
  pieces: number;
}

export interface Contestant<Id> {
  id: Id;
  /** The approximate time of one run. */
  ms: number;
  /** Is called before the contestant's turn in a round. */
  enter(): Promise<unknown>;
  /** Runs the measured work, and issues it before the first await. Resolves with the number of equal pieces of work. */
  run(): Promise<number>;
}

export async function timed(run: () => Promise<number>): Promise<Sample> {
  const start = performance.now();
  const done = run();
  const jsMs = performance.now() - start;
  const pieces = await done;
  return { ms: (performance.now() - start) / pieces, jsMs: jsMs / pieces, pieces };
}

/**
 * Measures in rounds until `seconds` have passed. There is at least one whole round, and there are at most 50. A fast
 * contestant first runs once without being measured, because the caches still hold its predecessor's data. A slow one
 * hardly notices this, and its runs take long.
 * @param onRound gets the share of the time that has passed.
 */
export async function interleave<Id>(
  contestants: readonly Contestant<Id>[],
  seconds: number,
  onRound: (share: number) => void = () => undefined,
): Promise<Map<Id, Sample[]>> {
  const samples = new Map<Id, Sample[]>(contestants.map(({ id }) => [id, []]));
  const slowest = Math.max(...contestants.map(({ ms }) => ms));
  const start = performance.now();
  const share = () => (performance.now() - start) / (1000 * seconds);
  for (let round = 0; round < 50 && (round === 0 || share() < 1); round++) {
    for (const { id, ms, enter, run } of contestants) {
      await enter();
      const ownMs = ms < 0.2 * slowest ? Math.min(ms, (await timed(run)).ms) : ms;
      for (let i = runsInRound(ownMs, slowest); i > 0; i--) samples.get(id)?.push(await timed(run));
    }
    onRound(Math.min(1, share()));
  }
  return samples;
}
