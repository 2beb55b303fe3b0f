/** @file Failures of one run, and their effect on the other runs. */
import { expect, test, vi } from 'vitest';
import { AppError } from '../../../workers/protocol/errors';
import * as tf from '../../../workers/tf/tf';
import { MemoryEstimator } from '../../../workers/train/memory/memoryEstimate';
import { sessionPerTest } from '../../fixtures/sessionPerTest';

const t = sessionPerTest();
const { finish, one, start } = t;

test('a learning rate that explodes fails the run with the task, the step and what to do', async () => {
  const [run] = await start(['equal'], {
    learningRate: 10,
    clipNorm: 0,
    momentum: 0.999,
    steps: 200,
    'unit.clipNorm': 0,
  });
  if (!run) throw new Error('a run expected');
  run.model.network.parameters[0]?.variable.assign(
    tf.fill(run.model.network.parameters[0].variable.shape, Number.NaN),
  );
  await finish(run);
  expect(run.phase).toBe('failed');
  expect(run.error?.message).toMatch(/loss of Identity is NaN at step 1\. Lower the learning rate/);
});

test('a failure of the device leaves a finished run as it is and fails the running ones', async () => {
  const done = await one(['equal'], { steps: 1 });
  await finish(done);
  const going = await one(['equal']);
  going.move('resume');
  t.session.failAll(new AppError('device/lost', 'gone'));
  expect([done.phase, going.phase]).toEqual(['finished', 'failed']);
  await expect(t.session.export(going.id, 'safetensors')).rejects.toThrow('gone');
  expect((await t.session.export(done.id, 'safetensors')).size).toBeGreaterThan(1000);
});

test('a run whose step throws fails and says why; the other goes on', async () => {
  const before = tf.memory().numTensors;
  const [broken, whole] = await start(['equal', 'equal'], { steps: 4 });
  if (!broken || !whole) throw new Error('two runs expected');
  const { network } = broken.model;
  const { trunk } = network;
  let calls = 0;
  network.trunk = (...args) => {
    if (++calls === 3) throw new Error('no such kernel');
    return trunk(...args);
  };
  await finish(broken, whole);
  expect([broken.phase, whole.phase]).toEqual(['failed', 'finished']);
  expect(broken.error).toMatchObject({ code: 'run/failed', message: 'no such kernel' });
  expect([broken.recordedStep, whole.recordedStep]).toEqual([2, 4]);
  for (const run of [broken, whole]) await t.session.remove(run.id);
  expect(tf.memory().numTensors).toBe(before);
});

test('that the GPU was full is noted once, when the run fails, whatever is done with the run afterwards', async () => {
  const noted = vi.spyOn(MemoryEstimator.prototype, 'hadNoRoomFor');
  try {
    const [full, other] = await start(['equal', 'naive']);
    if (!full || !other) throw new Error('two runs expected');
    Object.defineProperties(full, { needed: { value: 5e6 } });
    Object.defineProperties(other, { held: { value: 2e6 } });
    full.fail(new AppError('memory/full', 'The GPU has no memory left.'));
    expect(noted.mock.calls).toEqual([[7e6]]);
    await t.session.remove(other.id);
    full.move('pause');
    full.move('stop');
    expect(noted).toHaveBeenCalledTimes(1);
  } finally {
    noted.mockRestore();
  }
});
