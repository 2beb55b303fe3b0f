/** @file Contestants in turn, round after round, so that what slows the machine down slows all of them. */
import { runsInRound } from './arithmetic';

export interface Sample {
  /** Of one piece of work, until its result is there. */
  ms: number;
  /** Until it is issued. */
  jsMs: number;
  pieces: number;
}

export interface Contestant<Id> {
  id: Id;
  /** What one run takes, roughly. */
  ms: number;
  /** Before its turn in a round. */
  enter(): Promise<unknown>;
  /** What is measured, issued before the first await; resolves with how many equal pieces of work it was. */
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
 * Measures in rounds until `seconds` have passed; at least one round is whole, at most 50 are. A fast contestant runs
 * once unmeasured after it enters: its predecessor has the caches. A slow one hardly notices, and its runs are dear.
 * @param onRound hears the share of the time that has passed.
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
