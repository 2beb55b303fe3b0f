/** Runs on a dataset in which some pictures turn out to be damaged. */

import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { byTask } from '../../../workers/protocol/columns';
import type { Evaluation } from '../../../workers/protocol/results';
import { batchOrder } from '../../../workers/samples/batches';
import * as tf from '../../../workers/tf/tf';
import type { Run } from '../../../workers/train/run/run';
import { Session } from '../../../workers/train/session';
import { memoryDataset } from '../../fixtures/pixels';
import { source, startRuns } from '../../fixtures/startRuns';

const config = { seed: 3, steps: 6, batchSize: 6, inputSize: 16, evaluateEvery: 0 };
beforeAll(() => tf.setBackend('cpu'));

/** 24 training images and 12 held out; sample 3k + 2 is held out. */
function sessionOn(damaged: readonly number[]) {
  const data = memoryDataset({ damaged: new Set(damaged) });
  const session = new Session(data.pixels, () => undefined);
  onTestFinished(async () => {
    for (const run of session.runs) await session.remove(run.id);
    data.close();
  });
  return session;
}
async function finish(session: Session, ...runs: readonly Run[]) {
  for (const run of runs) run.move('resume');
  await session.loop();
}
const lossesOf = (run: Run) => byTask(run.history().columns, 'loss');
function accuracyOf({ results }: Evaluation) {
  if (results.accuracy?.kind !== 'perTask') throw new Error('an accuracy a task expected');
  return results.accuracy.figures;
}
const one = (runs: readonly Run[]) => runs[0] as Run;

test('damaged training pictures are replaced: compared runs and a resumed one see the same', async () => {
  const damaged = [0, 4, 10, 16, 21];
  const session = sessionOn(damaged);
  const [a, b] = await startRuns(session, ['equal', 'equal'], config);
  if (!a || !b) throw new Error('two runs expected');
  await finish(session, a, b);
  expect([a.phase, b.phase]).toEqual(['finished', 'finished']);
  expect(lossesOf(a)).toEqual(lossesOf(b));

  const half = one(await startRuns(session, ['equal'], config));
  for (let step = 0; step < 3; step++) await session.step(half.id);
  const file = await session.export(half.id, 'safetensors');
  const again = sessionOn(damaged);
  const resumed = await again.restore({ kind: 'file', file, fileName: 'half.safetensors' }, 'memory', source);
  await finish(again, resumed);
  expect(lossesOf(resumed)).toEqual(lossesOf(a));
});

test('damage outside the batches changes no loss', async () => {
  const [whole, some] = [sessionOn([]), sessionOn([2, 5])];
  const [a, b] = [
    one(await startRuns(whole, ['equal'], config)),
    one(await startRuns(some, ['equal'], config)),
  ];
  await finish(whole, a);
  await finish(some, b);
  expect(lossesOf(b)).toEqual(lossesOf(a));
  // Damage within them does: the first sample of the first batch.
  const training = Array.from({ length: 36 }, (_, i) => i).filter(i => i % 3 !== 2);
  const [first = 0] = batchOrder(0, 6, 24, 3).map(i => training[i] ?? 0);
  const other = sessionOn([first]);
  const c = one(await startRuns(other, ['equal'], config));
  await finish(other, c);
  expect(lossesOf(c)).not.toEqual(lossesOf(a));
});

test('a held-out picture that is damaged is left out of the scores and counted; the others score as before', async () => {
  const scored = async (damaged: readonly number[]) => {
    const session = sessionOn(damaged);
    const run = one(await startRuns(session, ['equal'], config));
    await finish(session, run);
    return run.evaluate();
  };
  const whole = await scored([]);
  expect(whole.samples).toBe(12);
  expect(whole.damaged).toBeUndefined();
  const some = await scored([2, 35]);
  expect([some.samples, some.damaged]).toEqual([10, 2]);
  const tasks = Object.keys(accuracyOf(some));
  expect(tasks).toEqual(['identity', 'expression']);
  for (const task of tasks) {
    const right = (accuracyOf(some)[task]?.value ?? 0) * 10;
    expect(right, task).toBeCloseTo(Math.round(right), 9);
    const missed = (accuracyOf(whole)[task]?.value ?? 0) * 12 - right;
    expect(missed, task).toBeGreaterThanOrEqual(-1e-9);
    expect(missed, task).toBeLessThanOrEqual(2 + 1e-9);
  }
  const none = await scored(Array.from({ length: 12 }, (_, i) => 3 * i + 2));
  expect(none).toMatchObject({ samples: 0, damaged: 12 });
  expect(accuracyOf(none)).toMatchObject({ identity: { value: null }, expression: { value: null } });
  const damage = { figures: { identity: { value: null, why: expect.stringMatching(/damaged/) } } };
  expect(none.results).toMatchObject({ pairArea: damage, pairAccuracy: damage });
});

test('where no training picture is sound the run fails and says what to do', async () => {
  const session = sessionOn(Array.from({ length: 36 }, (_, i) => i));
  const run = one(await startRuns(session, ['equal'], config));
  await finish(session, run);
  expect(run.error).toMatchObject({ code: 'dataset/undecodable' });
});
