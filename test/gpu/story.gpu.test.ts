/**
 * The papers' claim on the sample faces (METHOD section 8, Figures 4–6): the proposed method gives the hard task the
 * larger weight until its loss drops below the other's, then the weights swap; the naive one starves it.
 */

import { beforeAll, expect, test } from 'vitest';
import { startDevice } from '../../workers/gpu/device';
import { columnOf } from '../../workers/protocol/columns';
import type { History } from '../../workers/protocol/runs';
import { Session } from '../../workers/train/session';
import { sampleDataset } from '../fixtures/pixels';
import { startRuns } from '../fixtures/startRuns';

/** The schedule is that of 300 steps; the first swap is over by 72. */
const steps = 300;
const watched = 72;

/** Step of the first swap by seed, measured on the CPU backend. The reference with its own faces: 61 ± 3. */
const swaps = { 1: 52, 2: 60, 3: 55 } as const;
/** Sums in another order shift a swap by a step or two; half the unit's gradient (eq. 8–9 as printed) by nine. */
const slack = 4;

beforeAll(async () => {
  const device = await startDevice(error => {
    throw error;
  });
  if (device.backend !== 'webgpu') throw new Error(`GPU tests need WebGPU: ${device.fallback}`);
});

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const column = ({ columns }: History, quantity: string, task: string) => [
  ...columnOf(columns, quantity, task),
];

async function watch(seed: number): Promise<{ proposed: History; naive: History }> {
  const data = sampleDataset('sample-expression', { seed, identities: 24, perCell: 8 });
  const session = new Session(data.pixels, () => undefined);
  const runs = await startRuns(session, ['dynamic', 'naive'], {
    preset: 'tiny',
    seed,
    steps,
    evaluateEvery: 0,
  });
  for (let step = 0; step < watched; step++) {
    for (const run of runs) {
      if (run.phase === 'paused') run.move('resume');
      await run.advance();
    }
  }
  for (const run of runs) {
    await run.settle();
    if (run.error) throw run.error;
  }
  const [proposed, naive] = runs.map(run => run.history());
  for (const run of runs) await session.remove(run.id);
  data.close();
  if (!proposed || !naive) throw new Error('two runs expected');
  return { proposed, naive };
}

test.each([1, 2, 3] as const)(
  'seed %i: proposed swaps, naive starves identity',
  { timeout: 600_000 },
  async seed => {
    const { proposed, naive } = await watch(seed);
    const identity = column(proposed, 'weight', 'identity');
    expect(column(proposed, 'loss', 'identity')[0], 'identity is the hard task').toBeGreaterThan(
      column(proposed, 'loss', 'expression')[0] ?? Number.NaN,
    );
    expect(mean(identity.slice(5, 30)), 'proposed starts on identity').toBeGreaterThan(0.55);
    const swap = identity.findIndex((weight, i) => i > 0 && weight < 0.5 && (identity[i - 1] ?? 0) >= 0.5);
    console.info(
      `seed ${seed}: swap at step ${swap + 1}; naive identity weight ends at ${column(naive, 'weight', 'identity').at(-1)?.toFixed(3)}; ` +
        `identity loss, last ten steps: proposed ${mean(column(proposed, 'loss', 'identity').slice(-10)).toFixed(2)}, naive ${mean(column(naive, 'loss', 'identity').slice(-10)).toFixed(2)}`,
    );
    expect(Math.abs(swap + 1 - swaps[seed]), `the weights cross at ${swap + 1}`).toBeLessThanOrEqual(slack);
    const starved = column(naive, 'weight', 'identity').slice(10);
    expect(Math.max(...starved), 'naive never gives identity the larger weight').toBeLessThan(0.5);
    expect(column(naive, 'weight', 'identity').at(-1), 'naive ends on expression').toBeLessThan(0.3);
    expect(mean(column(proposed, 'loss', 'identity').slice(-10))).toBeLessThan(
      mean(column(naive, 'loss', 'identity').slice(-10)) - 0.5,
    );
  },
);
