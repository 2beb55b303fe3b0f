/** A strategy that learns from validation losses: it hears them, and it never hears those of the test side. */

import { afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { resolveConfig } from '../../../workers/config/resolveConfig';
import type { WeightingId } from '../../../workers/config/strategy';
import { prepareRuns } from '../../../workers/samples/prepare';
import * as tf from '../../../workers/tf/tf';
import { Session } from '../../../workers/train/session';
import type { WeightingEntry } from '../../../workers/weighting/weighting';
import { WEIGHTINGS } from '../../../workers/weighting/weightings';
import { memoryDataset } from '../../fixtures/pixels';
import { startRuns } from '../../fixtures/startRuns';

const config = { seed: 3, steps: 8, batchSize: 6, inputSize: 16, evaluateEvery: 3 };
const heard: (readonly (number | null)[])[] = [];

/** Equal weights, and a note of all that it hears. */
const listener: WeightingEntry = {
  ...WEIGHTINGS.equal,
  label: 'Listener',
  needs: ['losses', 'validationLosses'],
  create: context => ({ ...WEIGHTINGS.equal.create(context), hear: losses => heard.push(losses) }),
};
const registry: Record<string, WeightingEntry> = WEIGHTINGS;

beforeAll(() => tf.setBackend('cpu'));
beforeEach(() => {
  registry.listener = listener;
  heard.length = 0;
});
afterEach(() => {
  delete registry.listener;
});

function newSession(validation: boolean) {
  const data = memoryDataset({ copies: 4, validation });
  const session = new Session(data.pixels, () => undefined);
  onTestFinished(async () => {
    for (const run of session.runs) await session.remove(run.id);
    data.close();
  });
  return { data, session };
}

test('it hears the losses of the validation side at every evaluation before the last step, but not at one that a person asks for', async () => {
  const { session } = newSession(true);
  const [run] = await startRuns(session, ['listener'], config);
  if (!run) throw new Error('a run expected');
  await run.evaluate();
  expect(heard).toEqual([]);
  run.move('resume');
  await session.loop();
  const evaluations = run.history().evaluations.filter(({ side }) => side === 'validation');
  expect(evaluations.map(({ step }) => step)).toEqual([3, 6]);
  const figures = evaluations.map(({ results: { loss } }) => {
    if (loss?.kind !== 'perTask') throw new Error('a loss a task expected');
    return run.model.tasks.map(({ id }) => loss.figures[id]?.value);
  });
  expect(heard).toEqual(figures);
  expect(heard.flat().every(Number.isFinite)).toBe(true);
});

test('without a validation side it is refused before a model is made, alone and among others', async () => {
  const { data, session } = newSession(false);
  const refused = {
    code: 'weighting/validation',
    message: expect.stringMatching(
      /^"Listener" learns from .* in memory has none .* choose another method\.$/,
    ),
  };
  const before = tf.memory().numTensors;
  await expect(startRuns(session, ['listener'], config)).rejects.toMatchObject(refused);
  await expect(startRuns(session, ['equal', 'listener'], config)).rejects.toMatchObject(refused);
  expect(session.runs).toEqual([]);
  expect(tf.memory().numTensors).toBe(before);
  const estimate = { datasetId: 'memory', config, weightings: ['listener'] };
  await expect(session.estimateMemory(estimate)).rejects.toMatchObject(refused);
  // Others need no validation side.
  for (const id of Object.keys(WEIGHTINGS) as WeightingId[])
    if (!registry[id]?.needs.includes('validationLosses'))
      expect(prepareRuns(data.index, resolveConfig(config), [id]).validation).toEqual([]);
});
