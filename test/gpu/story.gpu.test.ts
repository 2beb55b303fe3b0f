/** The papers' claim on three seeds of the sample faces. */

import { beforeAll, test } from 'vitest';
import { startWebGpu } from '../../workers/gpu/device';
import { byTask } from '../../workers/protocol/columns';
import type { History } from '../../workers/protocol/runs';
import { Session } from '../../workers/train/session';
import { sampleDataset } from '../fixtures/pixels';
import { startRuns } from '../fixtures/startRuns';
import { expectStory, type Recorded, storySteps, watchedSteps } from '../fixtures/story';

beforeAll(async () => {
  await startWebGpu(error => {
    throw error;
  });
});

const recorded = ({ columns }: History): Recorded => ({
  losses: byTask(columns, 'loss'),
  weights: byTask(columns, 'weight'),
});

async function watch(seed: number): Promise<{ proposed: History; naive: History }> {
  const data = sampleDataset('sample-expression', { seed, identities: 24, perCell: 8 });
  const session = new Session(data.pixels, () => undefined);
  const runs = await startRuns(session, ['dynamic', 'naive'], {
    preset: 'tiny',
    seed,
    steps: storySteps,
    evaluateEvery: 0,
  });
  for (let step = 0; step < watchedSteps; step++) {
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
    const swap = expectStory(seed, recorded(proposed), recorded(naive));
    console.info(`seed ${seed}: swap at step ${swap}`);
  },
);
