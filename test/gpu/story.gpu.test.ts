/** The papers' claim on three seeds of the sample faces, up to the swap. The tests on WebAssembly run to the last step. */
import { beforeAll, test } from 'vitest';
import { startWebGpu } from '../../workers/gpu/device';
import { expectStory, playStory, watchedSteps } from '../fixtures/story';

beforeAll(async () => {
  await startWebGpu(error => {
    throw error;
  });
});

test.each([1, 2, 3] as const)(
  'seed %i: proposed swaps, naive starves identity',
  { timeout: 600_000 },
  async seed => {
    const { proposed, naive } = await playStory(seed, watchedSteps);
    const swap = expectStory(seed, proposed, naive);
    console.info(`seed ${seed}: swap at step ${swap}`);
  },
);
