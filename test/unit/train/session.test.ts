import { expect, test, vi } from 'vitest';
import { METRICS } from '../../../workers/evaluate/metrics';
import type { StartFrom } from '../../../workers/protocol/checkpoints';
import type { RunUpdate } from '../../../workers/protocol/runs';
import * as tf from '../../../workers/tf/tf';
import { Session } from '../../../workers/train/session';
import { gate } from '../../fixtures/gate';
import { config, lossesOf, sessionPerTest, source } from '../../fixtures/sessionPerTest';

const t = sessionPerTest();
const { finish, one, start } = t;

test('compared runs start from the same losses and the same batches', async () => {
  const [proposed, naive] = await start(['dynamic', 'naive']);
  if (!proposed || !naive) throw new Error('two runs expected');
  await finish(proposed, naive);
  expect(proposed.phase).toBe('finished');
  const [a, b] = [proposed.history(), naive.history()];
  expect(a.columns.step).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  for (const id of ['loss/identity', 'loss/expression'])
    expect(a.columns[id]?.[0]).toBe(b.columns[id]?.[0] ?? 'a number');
  expect(a.columns['weight/identity']).not.toEqual(b.columns['weight/identity']);
});

test('two runs of one seed have the same losses to the bit, another seed does not', async () => {
  const [a] = await start(['dynamic'], { steps: 4 });
  const [b] = await start(['dynamic'], { steps: 4 });
  const [c] = await start(['dynamic'], { steps: 4, seed: 4 });
  if (!a || !b || !c) throw new Error('three runs expected');
  await finish(a, b, c);
  expect(lossesOf(b)).toEqual(lossesOf(a));
  expect(lossesOf(c)).not.toEqual(lossesOf(a));
});

test('the batches of a run say where epochs begin: DWA’s weights move after the second', async () => {
  // 24 training samples in batches of 6: an epoch is four steps.
  const run = await one(['dwa'], { steps: 10 });
  await finish(run);
  const { columns } = run.history();
  const weights = columns['weight/identity'] ?? [];
  expect(weights.slice(0, 8)).toEqual(Array(8).fill(1));
  expect(Math.abs((weights[8] ?? 1) - 1)).toBeGreaterThan(1e-4);
  expect((weights[8] ?? 0) + (columns['weight/expression']?.[8] ?? 0)).toBeCloseTo(2, 5);
});

test('the split has a seed of its own: runs of other seeds hold out the same samples', async () => {
  const runs = await Promise.all(
    [{}, { seed: 4 }, { splitSeed: 2 }].map(
      async extra => (await start(['dynamic'], { splitBy: 'sample', ...extra }))[0],
    ),
  );
  const [first, otherSeed, otherSplit] = runs.map(run => run?.data.test.map(({ sample }) => sample));
  expect(otherSeed).toEqual(first);
  expect(otherSplit).not.toEqual(first);
  expect(runs.map(run => run?.data.rule.match(/, split seed (\d)/)?.[1])).toEqual(['1', '1', '2']);
});

test('a run says whose weights it began with, from a run and from a file alike, and its checkpoint keeps that', async () => {
  const [first] = await start(['dynamic'], { steps: 2 });
  if (!first) throw new Error('a run expected');
  await finish(first);
  expect(first.startedFrom).toBeNull();
  const begin = async (startFrom: StartFrom) => {
    const given = { datasetId: 'memory', datasetSource: source, config, weightings: ['dynamic'], startFrom };
    return (await t.session.create(given))[0]?.startedFrom;
  };
  const fromRun = await begin({ kind: 'run', id: first.id });
  expect(fromRun).toMatchObject({ runName: first.name, step: 2, kind: 'run', name: null });
  for (const format of ['safetensors', 'tfjs'] as const) {
    const file = await t.session.export(first.id, format);
    const fromFile = await begin({ kind: 'file', file, fileName: `a.${format}` });
    expect(fromFile).toEqual({ ...fromRun, kind: 'file', name: `a.${format}` });
  }
  const next = t.session.runs.at(-1);
  if (!next) throw new Error('a run expected');
  const file = await t.session.export(next.id, 'safetensors');
  const resumed = await t.session.restore({ kind: 'file', file, fileName: 'b' }, 'memory', source);
  expect(resumed.startedFrom).toEqual(next.startedFrom);
  expect(next.startedFrom).not.toBeNull();
});

test('a waiting script wakes when its step is recorded', async () => {
  const [run] = await start(['equal'], { steps: 3 });
  if (!run) throw new Error('a run expected');
  const waiting = t.session.waitForStep(run.id, 2, new AbortController().signal);
  run.move('resume');
  void t.session.loop();
  await waiting;
  expect(run.recordedStep).toBeGreaterThanOrEqual(2);
  await t.session.waitForStep(run.id, 99, new AbortController().signal);
  expect(run.phase).toBe('finished');
});

test('the held-out split is scored at the end, by every metric', async () => {
  const [run] = await start(['equal'], { steps: 2 });
  if (!run) throw new Error('a run expected');
  await finish(run);
  const [evaluation] = run.history().evaluations;
  expect(evaluation).toMatchObject({ step: 2, samples: 12 });
  expect(Object.keys(evaluation?.results ?? {})).toEqual(Object.keys(METRICS));
  const { accuracy, pairArea, pairCounts } = evaluation?.results ?? {};
  if (accuracy?.kind !== 'perTask' || pairArea?.kind !== 'perTask') throw new Error('figures expected');
  expect(Object.keys(accuracy.figures)).toEqual(['identity', 'expression']);
  expect(Object.keys(pairArea.figures)).toEqual(['identity']);
  for (const { value } of [...Object.values(accuracy.figures), ...Object.values(pairArea.figures)]) {
    expect(value).toBeGreaterThanOrEqual(0);
    expect(value).toBeLessThanOrEqual(1);
  }
  // 12 pairs of one person among the held-out are too few: each of 12 with 6 training images of the person, 18 of others.
  expect(pairCounts).toMatchObject({
    rows: [
      ['Identity: same person', 0, 72],
      ['Identity: different people', 0, 216],
    ],
  });
});

test('training leaks no tensor: step 8 holds what step 2 held', async () => {
  const [run] = await start(['dynamic']);
  if (!run) throw new Error('a run expected');
  run.move('resume');
  for (let step = 0; step < 2; step++) await run.advance();
  await run.settle();
  const before = tf.memory().numTensors;
  for (let step = 0; step < 5; step++) await run.advance();
  await run.settle();
  expect(tf.memory().numTensors).toBe(before);
});

test('a removed run gives back every tensor', async () => {
  const before = tf.memory().numTensors;
  const [run] = await start(['dynamic'], { steps: 2 });
  if (!run) throw new Error('a run expected');
  await finish(run);
  await t.session.remove(run.id);
  expect(tf.memory().numTensors).toBe(before);
});

test('stopping during the last step leaves the run stopped and the loop alive', async () => {
  const last = await one(['equal'], { steps: 1 });
  last.move('resume');
  const step = last.advance();
  await new Promise(resolve => setTimeout(resolve));
  last.move('stop');
  await step;
  await last.settle();
  expect(last.phase).toBe('stopped');
  const next = await one(['equal'], { steps: 1 });
  await finish(next);
  expect(next.phase).toBe('finished');
});

test('a single step advances a paused run by one and leaves it paused, also while another runs', async () => {
  const other = await one(['equal']);
  const stepped = await one(['equal']);
  other.move('resume');
  const loop = t.session.loop();
  await t.session.step(stepped.id);
  expect([stepped.recordedStep, stepped.phase]).toEqual([1, 'paused']);
  await loop;
  expect(stepped.recordedStep).toBe(1);
});

test('runs at different steps take turns', async () => {
  const ahead = await one(['equal'], { steps: 6 });
  for (let i = 0; i < 3; i++) await t.session.step(ahead.id);
  const behind = await one(['equal'], { steps: 6 });
  ahead.move('resume');
  behind.move('resume');
  void t.session.loop();
  await t.session.waitForStep(ahead.id, 5, new AbortController().signal);
  expect(behind.step).toBeLessThanOrEqual(4);
  await t.session.waitForStep(behind.id, 6, new AbortController().signal);
});

test('waiting for a step of a run that is removed ends', async () => {
  const run = await one(['equal']);
  const waiting = t.session.waitForStep(run.id, 5, new AbortController().signal);
  await t.session.remove(run.id);
  expect((await waiting).phase).toBe('stopped');
});

test('a live learning rate holds from the next step and is recorded', async () => {
  const run = await one(['equal'], { steps: 4, decayAt: [] });
  for (let i = 0; i < 2; i++) await t.session.step(run.id);
  run.setOption('learningRate', 0.05);
  await finish(run);
  expect(run.history().columns.learningRate).toEqual([0.1, 0.1, 0.05, 0.05]);
  expect(() => run.setOption('momentum', 0.5)).toThrow(/cannot change while a run exists/);
});

test('while a run waits for the images of its evaluation, the other steps on and is evaluated; the losses are the same', async () => {
  const images = gate();
  const { call } = t.data.pixels;
  const heldOut = new Set(t.data.index.samples.flatMap(({ split }, i) => (split === 'test' ? [i] : [])));
  let evaluations = 0;
  const isHeldOut = (input: unknown) =>
    typeof input === 'object' && input && 'indices' in input && Array.isArray(input.indices)
      ? heldOut.has(input.indices[0])
      : false;
  t.data.pixels.call = async (method, input, options) => {
    if (isHeldOut(input) && evaluations++ === 0) await images.opened;
    return call(method, input, options);
  };
  const [evaluated, free] = await start(['equal', 'equal'], { evaluateEvery: 3 });
  if (!evaluated || !free) throw new Error('two runs expected');
  const finished = finish(evaluated, free);
  await t.session.waitForStep(free.id, 8, new AbortController().signal);
  expect([evaluated.phase, evaluated.recordedStep]).toEqual(['running', 3]);
  images.open();
  await finished;
  expect([evaluated.phase, free.phase]).toEqual(['finished', 'finished']);
  expect(lossesOf(evaluated)).toEqual(lossesOf(free));
  expect(evaluated.history().evaluations).toEqual(free.history().evaluations);
  expect(free.history().evaluations.map(({ step }) => step)).toEqual([3, 6, 8]);
});

test('of runs that are removed nothing is sent, not even that there is nothing', async () => {
  const sent: RunUpdate[][] = [];
  t.session = new Session(t.data.pixels, news => sent.push(news));
  const [run] = await start(['equal']);
  if (!run) throw new Error('a run expected');
  await t.session.remove(run.id);
  await new Promise(resolve => setTimeout(resolve, 50));
  expect(sent.filter(news => news.length === 0)).toEqual([]);
});

test('the dataset’s index is fetched once, however often the settings change, and again after it has closed', async () => {
  const called = vi.spyOn(t.data.pixels, 'call');
  const fetched = () => called.mock.calls.filter(([method]) => method === 'index').length;
  const estimate = (batchSize: number) =>
    t.session.estimateMemory({
      datasetId: 'memory',
      config: { ...config, batchSize },
      weightings: ['equal'],
    });
  await Promise.all([estimate(4), estimate(6)]);
  await estimate(8);
  await start(['equal']);
  expect(fetched()).toBe(1);
  t.session.datasetClosed('memory');
  await estimate(4);
  expect(fetched()).toBe(2);
});
