/** Runs on a dataset with a validation side beside its test side. */

import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { whileTraining } from '../../../workers/protocol/results';
import * as tf from '../../../workers/tf/tf';
import type { Run } from '../../../workers/train/run/run';
import { summarise } from '../../../workers/train/run/runSummary';
import { Session } from '../../../workers/train/session';
import { memoryDataset } from '../../fixtures/pixels';
import { source, startRuns } from '../../fixtures/startRuns';

const config = { seed: 3, steps: 5, batchSize: 6, inputSize: 16, evaluateEvery: 2 };
beforeAll(() => tf.setBackend('cpu'));

/** Of 48 images, 24 to train on, 12 to validate with, 12 to test. */
async function finishedRun(validation: boolean) {
  const data = memoryDataset({ copies: 4, validation });
  const session = new Session(data.pixels, () => undefined);
  onTestFinished(async () => {
    for (const run of session.runs) await session.remove(run.id);
    data.close();
  });
  const [run] = await startRuns(session, ['equal'], config);
  run?.move('resume');
  await session.loop();
  return { data, session, run: run as Run };
}
const scored = (run: Run) =>
  run.history().evaluations.map(({ step, side, samples }) => [step, side, samples]);

test('scores while training are of the validation side, those at the end and on request of the test side', async () => {
  const { run, session } = await finishedRun(true);
  expect(scored(run)).toEqual([
    [2, 'validation', 12],
    [4, 'validation', 12],
    [5, 'test', 12],
  ]);
  expect(whileTraining(run.history().evaluations).map(({ step }) => step)).toEqual([2, 4]);
  expect(await run.evaluate()).toMatchObject({ side: 'test', samples: 12 });
  expect(summarise(run).split).toMatchObject({ train: 24, validation: 12, test: 12 });

  const file = await session.export(run.id, 'safetensors');
  const restored = await session.restore(
    { kind: 'file', file, fileName: 'run.safetensors' },
    'memory',
    source,
  );
  expect(scored(restored)).toEqual(scored(run));
});

test('without a validation side every score is of the test side', async () => {
  const { run } = await finishedRun(false);
  expect(scored(run)).toEqual([
    [2, 'test', 12],
    [4, 'test', 12],
    [5, 'test', 12],
  ]);
  expect(whileTraining(run.history().evaluations)).toHaveLength(3);
});

test('no batch holds an image of the validation or the test side', async () => {
  const { data } = await finishedRun(true);
  const sideOf = (sample: number) => data.index.samples[sample]?.split;
  const batches = data.requests.filter(request => request.length === config.batchSize);
  const seen = new Set(batches.flat().map(sideOf));
  // Held-out images are asked for in parts of the batch size as well, but never beside training images.
  for (const request of batches) expect(new Set(request.map(sideOf)).size).toBe(1);
  expect(seen).toEqual(new Set(['train', 'validation', 'test']));
  const trained = batches.filter(request => sideOf(request[0] ?? -1) === 'train');
  expect(new Set(trained.flat()).size).toBe(24);
});
