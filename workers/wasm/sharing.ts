/**
 * @file Which commands of a step threads share, and how. A thread computes whole outputs, each in the order in which one
 * thread would, so the number of threads changes no bit.
 */
import type { Command, KernelCall } from './recorder';

/** Numbers are handed out in parts of a cache line. */
const line = 16;

/** The items that a thread does: from the first up to the last, excluded. */
export function partOf(range: number, thread: number, threads: number): readonly [from: number, to: number] {
  const unit = range >= 4 * line * threads ? line : 1;
  const share = unit * Math.ceil(range / unit / threads);
  const from = Math.min(range, thread * share);
  return [from, Math.min(range, from + share)];
}

/** Nanoseconds of one thread for a multiply-add in a tile, and for a number that is only read and written. */
const product = 0.05;
const pass = 0.7;

type Cost = (numbers: KernelCall['numbers'], range: number) => number;
const at = (numbers: KernelCall['numbers'], i: number) => Number(numbers[i] ?? 0);
/** A kernel over chunks of 64 rows; `channels` is the position of that argument. */
const overChunks =
  (channels: number): Cost =>
  (numbers, range) =>
    pass * range * 64 * at(numbers, channels);
const overNumbers: Cost = (_, range) => pass * range;
const overVectors: Cost = (_, range) => pass * 8 * range;

/** About how long a kernel takes, in nanoseconds: the kernels that are worth sharing. */
const costs: Readonly<Record<string, Cost>> = {
  product: (n, range) => product * range * at(n, 2) * at(n, 3) * at(n, 5),
  outerProducts: (n, range) => product * range * at(n, 1) * 48,
  padMap: (n, range) => (pass * range * at(n, 5)) / 4,
  packWeights: (n, range) => pass * range * 8 * at(n, 1),
  packTransposed: (n, range) => pass * range * 8 * at(n, 2) * at(n, 4),
  copyRows: (n, range) => pass * range * at(n, 3),
  copyColumns: (n, range) => pass * range * at(n, 4),
  finishRows: (n, range) => pass * range * at(n, 1),
  batchNormChunks: overChunks(1),
  batchNormApply: overChunks(6),
  batchNormGradientChunks: overChunks(6),
  batchNormInputGradient: overChunks(8),
  maxPool: (n, range) => 9 * pass * range * at(n, 5) * at(n, 3),
  maxPoolGradient: (n, range) => 4 * pass * range * at(n, 3) * at(n, 4),
  globalAverageGradient: (n, range) => pass * range * at(n, 1) * at(n, 2),
  standardise: (n, range) => 2 * pass * range * 3 * at(n, 2) ** 2,
  gradientSquares: (_, range) => 0.3 * range * 1024,
  stepSgd: overVectors,
  stepRmsprop: overVectors,
  stepAdam: overVectors,
  unitForward: (n, range) => pass * range * at(n, 4) * at(n, 5),
  unitGradient: (n, range) => pass * range * at(n, 3) * at(n, 5),
  dropout: (_, range) => 4 * pass * range,
  add: overNumbers,
  reluGradient: overNumbers,
  scale: overNumbers,
};

/** Threads meet before and after a shared command, which costs about a microsecond each time. */
const worthSharing = 8000;

/** A run of commands that one thread does alone, or one that all share. */
export type Segment =
  | { kind: 'alone'; commands: readonly Command[] }
  | {
      kind: 'shared';
      call: KernelCall & { range: number };
      /** Whether all meet afterwards too, because one thread goes on alone, or the step ends. */
      meetAfter: boolean;
    };

/** Its call, if it is worth sharing. */
function sharedCall({ call }: Command): (KernelCall & { range: number }) | null {
  const { range = 0 } = call ?? {};
  const worth = call && range > 1 && (costs[call.kernel]?.(call.numbers, range) ?? 0) > worthSharing;
  return worth ? { ...call, range } : null;
}

export function segmentsOf(commands: readonly Command[]): Segment[] {
  const segments: Segment[] = [];
  let alone: Command[] = [];
  const end = () => {
    if (alone.length > 0) segments.push({ kind: 'alone', commands: alone });
    alone = [];
  };
  const calls = commands.map(sharedCall);
  calls.forEach((call, i) => {
    if (!call) {
      alone.push(commands[i] as Command);
      return;
    }
    end();
    segments.push({ kind: 'shared', call, meetAfter: !calls[i + 1] });
  });
  end();
  return segments;
}
