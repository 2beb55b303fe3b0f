/**
 * @file Verification on a dataset of the shape of CK+48: the score when pairs of frames of one sequence count, and the
 * score without them.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { resolveConfig } from '../../../workers/config/resolveConfig';
import { bestBalancedAccuracy } from '../../../workers/evaluate/metrics/pairAccuracy';
import { areaUnderRoc } from '../../../workers/evaluate/metrics/pairArea';
import { type Embeddings, pairDistances } from '../../../workers/evaluate/pairDistances';
import { predict } from '../../../workers/evaluate/predict';
import { scoreHeldOut } from '../../../workers/evaluate/scoreHeldOut';
import { createModel, disposeModel, type Model } from '../../../workers/model/model';
import { choosePairs, type Face } from '../../../workers/samples/pairs';
import { headSizes, prepareData } from '../../../workers/samples/prepare';
import * as tf from '../../../workers/tf/tf';
import { frameSequences } from '../../fixtures/frameSequences';

const size = 24;
const config = resolveConfig({ seed: 3, inputSize: size, batchSize: 60 });
const dataset = frameSequences();
const prepared = prepareData(dataset.index, config);
const { signal } = new AbortController();
const all = dataset.index.samples.map((_, sample) => sample);
const rows = new Map(all.map(sample => [sample, sample]));
const face = (sample: number): Face => ({
  sample,
  label: dataset.index.columns.identity.values[sample] ?? -1,
  modality: -1,
  sequence: dataset.index.samples[sample]?.sequence ?? null,
});
const heldOut = prepared.test.map(({ sample }) => face(sample));
const training = prepared.train.map(({ sample }) => face(sample));

let model: Model;
beforeAll(async () => {
  await tf.setBackend('cpu');
  model = createModel(config, 'equal', headSizes(prepared));
});
afterAll(() => {
  disposeModel(model);
  dataset.close();
});

/** The pixels minus their mean, scaled to length 1. */
async function rawPixels(): Promise<Embeddings> {
  const { bytes } = await dataset.pixels.call('pixels', { id: dataset.index.id, indices: all, size });
  const length = size * size * 3;
  const values = new Float32Array(bytes.length);
  for (const sample of all) {
    const own = bytes.subarray(sample * length, (sample + 1) * length);
    const mean = own.reduce((sum, v) => sum + v, 0) / length;
    const norm = Math.sqrt(own.reduce((sum, v) => sum + (v - mean) ** 2, 0));
    values.set(
      Array.from(own, v => (v - mean) / norm),
      sample * length,
    );
  }
  return { size: length, values };
}

async function untrained(): Promise<Embeddings> {
  const samples = all.map(sample => ({ sample, labels: [-1, -1] }));
  const { tasks } = await predict(model, dataset.pixels, dataset.index, samples, signal);
  const [{ embeddings } = { embeddings: null }] = tasks;
  if (!embeddings) throw new Error('the first task embeds');
  return embeddings;
}

function figures(pairs: ReturnType<typeof choosePairs>, embeddings: Embeddings) {
  if ('why' in pairs) throw new Error(pairs.why);
  const distances = pairDistances(pairs, embeddings, rows);
  if ('why' in distances) throw new Error(distances.why);
  const { same, different } = distances;
  return {
    area: areaUnderRoc(same, different),
    accuracy: bestBalancedAccuracy(same, different),
    pairs: [same.length, different.length],
  };
}

/** The pairs as they once were: any two held-out images, even frames of one sequence. */
const everyPair = () =>
  choosePairs(
    heldOut.map(one => ({ ...one, sequence: null })),
    [],
    { rule: 'all', seed: 3, column: 'identity' },
  );
const acrossSequences = () => choosePairs(heldOut, training, { rule: 'all', seed: 3, column: 'identity' });

test.each([
  ['raw pixels', rawPixels],
  ['an untrained network', untrained],
])('%s: the frames of one sequence give an area of 1, other sequences do not', async (_, embed) => {
  const embeddings = await embed();
  const before = figures(everyPair(), embeddings);
  expect(before.pairs[0], 'same-person pairs, all within one sequence').toBe(40 * 3);
  expect(before.area).toBeGreaterThan(0.999);
  const after = figures(acrossSequences(), embeddings);
  expect(after.pairs[0], 'held-out frames with frames of two training sequences').toBe(40 * 3 * 6);
  expect(after.area).toBeLessThan(0.98);
  expect(after.accuracy).toBeLessThan(0.93);
});

test('an evaluation pairs held-out frames with training frames, and scores the tasks on held-out ones alone', async () => {
  const evaluation = await scoreHeldOut(model, prepared, 'test', dataset.pixels, 7, signal);
  const { area, accuracy } = figures(acrossSequences(), await untrained());
  expect(evaluation).toMatchObject({
    step: 7,
    side: 'test',
    samples: 120,
    results: {
      pairArea: { kind: 'perTask', figures: { identity: { value: area } } },
      pairAccuracy: { kind: 'perTask', figures: { identity: { value: accuracy } } },
      pairCounts: {
        kind: 'table',
        rows: [
          ['Identity: same person', 0, 720],
          ['Identity: different people', 0, 28_080],
        ],
      },
    },
  });
  const { confusion } = evaluation.results;
  if (confusion?.kind !== 'matrix') throw new Error('a matrix expected');
  const counted = confusion.matrices.map(({ cells }) => cells.reduce((sum, [, , count]) => sum + count, 0));
  expect(counted).toEqual([120, 120]);
});

test('where nothing is held out every result says so', async () => {
  const { results } = await scoreHeldOut(model, { ...prepared, test: [] }, 'test', dataset.pixels, 7, signal);
  for (const id of ['pairArea', 'pairAccuracy'])
    expect(results[id]).toMatchObject({
      figures: { identity: { value: null, why: expect.stringMatching(/No image is held out/) } },
    });
  expect(results.accuracy).toMatchObject({
    figures: { identity: { value: null }, expression: { value: null } },
  });
  expect(results.confusion).toMatchObject({ matrices: [], why: expect.any(String) });
});

test('every task that embeds is verified by its own embedding and its own labels, whichever comes first', async () => {
  const custom = resolveConfig({ ...config, system: 'custom', tasks: 'expression!,identity!' });
  const data = prepareData(dataset.index, custom);
  const two = createModel(custom, 'equal', headSizes(data));
  try {
    const { results } = await scoreHeldOut(two, data, 'test', dataset.pixels, 7, signal);
    const samples = all.map(sample => ({ sample, labels: [-1, -1] }));
    const { tasks } = await predict(two, dataset.pixels, dataset.index, samples, signal);
    const expected = tasks.map(({ id, embeddings }) => {
      const label = (sample: number) => dataset.index.columns[id]?.values[sample] ?? -1;
      const faces = (side: typeof data.test) =>
        side.map(({ sample }) => ({ ...face(sample), label: label(sample) }));
      const chosen = choosePairs(faces(data.test), faces(data.train), { rule: 'all', seed: 3, column: id });
      if (!embeddings) throw new Error(`${id} embeds`);
      return [id, figures(chosen, embeddings)] as const;
    });
    const [[first, byExpression], [second, byIdentity]] = expected as [
      (typeof expected)[0],
      (typeof expected)[0],
    ];
    expect([first, second]).toEqual(['expression', 'identity']);
    expect(byExpression.area, 'two figures, not one twice').not.toBe(byIdentity.area);
    expect(results).toMatchObject({
      pairArea: {
        figures: { expression: { value: byExpression.area }, identity: { value: byIdentity.area } },
      },
      pairCounts: {
        rows: [
          ['Expression: same expression', ...[byExpression.pairs[0], 0]],
          ['Expression: different expression', ...[byExpression.pairs[1], 0]],
          ['Identity: same person', ...[0, byIdentity.pairs[0]]],
          ['Identity: different people', ...[0, byIdentity.pairs[1]]],
        ],
      },
      roc: { lines: [{ label: 'Expression' }, { label: 'Identity' }] },
    });
  } finally {
    disposeModel(two);
  }
});
