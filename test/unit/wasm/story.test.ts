/** The papers' claim on five seeds of the sample faces, in full length. */
import { beforeAll, test } from 'vitest';
import { startWasm } from '../../../workers/wasm/register';
import { expectEnd, expectStory, playStory, storySteps } from '../../fixtures/story';

beforeAll(async () => {
  await startWasm();
});

test.each([1, 2, 3, 4, 5] as const)(
  'seed %i: proposed swaps and learns both tasks, naive starves identity',
  { timeout: 300_000 },
  async seed => {
    const { proposed, naive } = await playStory(seed, storySteps);
    expectStory(seed, proposed, naive);
    expectEnd(proposed, naive);
  },
);
