import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { METRICS } from '../../../workers/evaluate/metrics';
import { readState } from '../../../workers/model/model';
import type { StartFrom } from '../../../workers/protocol/checkpoints';
import { byTask } from '../../../workers/protocol/columns';
import type { DatasetSummary } from '../../../workers/protocol/dataset';
import { AppError } from '../../../workers/protocol/errors';
import type { History, RunUpdate } from '../../../workers/protocol/runs';
import { MemoryEstimator } from '../../../workers/train/memory/memoryEstimate';
import { Session } from '../../../workers/train/session';
import { WEIGHTINGS } from '../../../workers/weighting/weightings';
import { gate } from '../../fixtures/gate';
import { type MemoryDataset, memoryDataset } from '../../fixtures/pixels';

const source: DatasetSummary['source'] = { kind: 'files', files: ['memory'] };
/** Small enough for the CPU backend: 0.1 s a step. */
const config = { seed: 3, steps: 8, batchSize: 6, inputSize: 16, evaluateEvery: 0 };

let data: MemoryDataset;
let session: Session;
let updates: RunUpdate[];

beforeAll(() => tf.setBackend('cpu'));
beforeEach(() => {
  data = memoryDataset();
  updates = [];
  session = new Session(data.pixels, news => updates.push(...news));
});
afterEach(async () => {
  for (const run of session.runs) await session.remove(run.id);
  data.close();
});

const start = (weightings: string[], extra: object = {}) =>
  session.create({ datasetId: 'memory', datasetSource: source, config: { ...config, ...extra }, weightings });

async function finish(...runs: { id: string; step: number; steps: number; move(event: 'resume'): void }[]) {
  for (const run of runs) run.move('resume');
  await session.loop();
}

const lossesOf = (run: { history(): History }) => byTask(run.history().columns, 'loss');

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

test.each([
  ...Object.keys(WEIGHTINGS).map(id => [id, {}] as const),
  ['dynamic', { optimizer: 'rmsprop', 'unit.init': 'xavier', 'unit.normaliseLogits': true }] as const,
])(
  'a %s run (%j) restored from a file goes on to the bit as if it had never stopped',
  async (weighting, extra) => {
    const [whole] = await start([weighting], extra);
    const [half] = await start([weighting], extra);
    if (!whole || !half) throw new Error('two runs expected');
    await finish(whole);
    half.move('resume');
    for (let step = 0; step < 4; step++) await half.advance();
    half.move('pause');
    const file = await session.export(half.id, 'safetensors');
    await session.remove(half.id);
    const resumed = await session.restore(
      { kind: 'file', file, fileName: 'half.safetensors' },
      'memory',
      source,
    );
    expect(resumed.step).toBe(4);
    await finish(resumed);
    // All but the clock. The final evaluation runs on the moving statistics: they must have come along too.
    const recorded = ({ columns: { elapsedMs, ...columns }, evaluations }: History) => ({
      columns,
      evaluations,
    });
    expect(recorded(resumed.history())).toEqual(recorded(whole.history()));
    expect(await readState(resumed.model)).toEqual(await readState(whole.model));
  },
);

test('every branch starts from the branch of a single-task run, with new heads', async () => {
  const [pretrained] = await start(['single'], { steps: 2 });
  if (!pretrained) throw new Error('a run expected');
  await finish(pretrained);
  const [run] = await session.create({
    datasetId: 'memory',
    datasetSource: source,
    config,
    weightings: ['dynamic'],
    startFrom: { kind: 'run', id: pretrained.id },
  });
  const values = (model: NonNullable<typeof run>['model'], name: string) => [
    ...(model.network.parameters.find(parameter => parameter.name === name)?.variable.dataSync() ?? []),
  ];
  if (!run) throw new Error('a run expected');
  const names = pretrained.model.network.parameters.map(({ name }) => name);
  for (const name of names.filter(n => n.startsWith('branch1/'))) {
    const trained = values(pretrained.model, name);
    expect(values(run.model, name), name).toEqual(trained);
    expect(values(run.model, name.replace('branch1/', 'branch2/')), name).toEqual(trained);
  }
  expect(values(run.model, 'head1/kernel')).not.toEqual(values(pretrained.model, 'head1/kernel'));
});

test('a run says whose weights it began with, from a run and from a file alike, and its checkpoint keeps that', async () => {
  const [first] = await start(['dynamic'], { steps: 2 });
  if (!first) throw new Error('a run expected');
  await finish(first);
  expect(first.startedFrom).toBeNull();
  const begin = async (startFrom: StartFrom) => {
    const given = { datasetId: 'memory', datasetSource: source, config, weightings: ['dynamic'], startFrom };
    return (await session.create(given))[0]?.startedFrom;
  };
  const fromRun = await begin({ kind: 'run', id: first.id });
  expect(fromRun).toMatchObject({ runName: first.name, step: 2, kind: 'run', name: null });
  for (const format of ['safetensors', 'tfjs'] as const) {
    const file = await session.export(first.id, format);
    const fromFile = await begin({ kind: 'file', file, fileName: `a.${format}` });
    expect(fromFile).toEqual({ ...fromRun, kind: 'file', name: `a.${format}` });
  }
  const next = session.runs.at(-1);
  if (!next) throw new Error('a run expected');
  const file = await session.export(next.id, 'safetensors');
  const resumed = await session.restore({ kind: 'file', file, fileName: 'b' }, 'memory', source);
  expect(resumed.startedFrom).toEqual(next.startedFrom);
  expect(next.startedFrom).not.toBeNull();
});

test('a checkpoint of another dataset is refused and no run appears', async () => {
  const [run] = await start(['equal'], { steps: 1 });
  if (!run) throw new Error('a run expected');
  await finish(run);
  const file = await session.export(run.id, 'safetensors');
  const other = memoryDataset({ identities: 5 });
  const elsewhere = new Session(other.pixels, () => undefined);
  await expect(
    elsewhere.restore({ kind: 'file', file, fileName: 'a.safetensors' }, 'memory', source),
  ).rejects.toMatchObject({ code: 'weights/dataset', message: expect.stringContaining('in memory') });
  expect(elsewhere.runs).toEqual([]);
  other.close();
});

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

test('a waiting script wakes when its step is recorded', async () => {
  const [run] = await start(['equal'], { steps: 3 });
  if (!run) throw new Error('a run expected');
  const waiting = session.waitForStep(run.id, 2, new AbortController().signal);
  run.move('resume');
  void session.loop();
  await waiting;
  expect(run.recordedStep).toBeGreaterThanOrEqual(2);
  await session.waitForStep(run.id, 99, new AbortController().signal);
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
  if (accuracy?.kind !== 'perTask' || pairArea?.kind !== 'scalar') throw new Error('figures expected');
  expect(Object.keys(accuracy.figures)).toEqual(['identity', 'expression']);
  for (const { value } of [...Object.values(accuracy.figures), pairArea.figure]) {
    expect(value).toBeGreaterThanOrEqual(0);
    expect(value).toBeLessThanOrEqual(1);
  }
  // 12 pairs of one person among the held-out are too few: each of 12 with 6 training images of the person, 18 of others.
  expect(pairCounts).toMatchObject({
    rows: [
      ['Same person', 0, 72],
      ['Different people', 0, 216],
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
  await session.remove(run.id);
  expect(tf.memory().numTensors).toBe(before);
});

const one = async (weightings: string[], extra: object = {}) => {
  const [run] = await start(weightings, extra);
  if (!run) throw new Error('a run expected');
  return run;
};

test('a failure of the device leaves a finished run as it is and fails the running ones', async () => {
  const done = await one(['equal'], { steps: 1 });
  await finish(done);
  const going = await one(['equal']);
  going.move('resume');
  session.failAll(new AppError('device/lost', 'gone'));
  expect([done.phase, going.phase]).toEqual(['finished', 'failed']);
  await expect(session.export(going.id, 'safetensors')).rejects.toThrow('gone');
  expect((await session.export(done.id, 'safetensors')).size).toBeGreaterThan(1000);
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
  const loop = session.loop();
  await session.step(stepped.id);
  expect([stepped.recordedStep, stepped.phase]).toEqual([1, 'paused']);
  await loop;
  expect(stepped.recordedStep).toBe(1);
});

test('runs at different steps take turns', async () => {
  const ahead = await one(['equal'], { steps: 6 });
  for (let i = 0; i < 3; i++) await session.step(ahead.id);
  const behind = await one(['equal'], { steps: 6 });
  ahead.move('resume');
  behind.move('resume');
  void session.loop();
  await session.waitForStep(ahead.id, 5, new AbortController().signal);
  expect(behind.step).toBeLessThanOrEqual(4);
  await session.waitForStep(behind.id, 6, new AbortController().signal);
});

test('waiting for a step of a run that is removed ends', async () => {
  const run = await one(['equal']);
  const waiting = session.waitForStep(run.id, 5, new AbortController().signal);
  await session.remove(run.id);
  expect((await waiting).phase).toBe('stopped');
});

test('a tfjs file starts a run at step 0 from the exported weights', async () => {
  const run = await one(['dynamic'], { steps: 3 });
  await finish(run);
  const file = await session.export(run.id, 'tfjs');
  const again = await session.restore({ kind: 'file', file, fileName: 'a.zip' }, 'memory', source);
  expect([again.step, again.history().columns.step]).toEqual([0, []]);
  const values = (of: typeof run) =>
    of.model.network.parameters.map(({ variable }) => [...variable.dataSync()]);
  expect(values(again)).toEqual(values(run));
});

test('pretraining on identity alone needs no expression labels, and its branch is the source of all', async () => {
  data.close();
  data = memoryDataset({ expressions: 1 });
  session = new Session(data.pixels, news => updates.push(...news));
  await expect(start(['dynamic'])).rejects.toMatchObject({ code: 'dataset/task' });
  const run = await one(['single'], { steps: 2 });
  await finish(run);
  expect(lossesOf(run).identity?.every(Number.isFinite)).toBe(true);
});

test('a live learning rate holds from the next step and is recorded', async () => {
  const run = await one(['equal'], { steps: 4, decayAt: [] });
  for (let i = 0; i < 2; i++) await session.step(run.id);
  run.setOption('learningRate', 0.05);
  await finish(run);
  expect(run.history().columns.learningRate).toEqual([0.1, 0.1, 0.05, 0.05]);
  expect(() => run.setOption('momentum', 0.5)).toThrow(/cannot change while a run exists/);
});

test('while a run waits for the images of its evaluation, the other steps on and is evaluated; the losses are the same', async () => {
  const images = gate();
  const { call } = data.pixels;
  const heldOut = new Set(data.index.samples.flatMap(({ split }, i) => (split === 'test' ? [i] : [])));
  let evaluations = 0;
  const isHeldOut = (input: unknown) =>
    typeof input === 'object' && input && 'indices' in input && Array.isArray(input.indices)
      ? heldOut.has(input.indices[0])
      : false;
  data.pixels.call = async (method, input, options) => {
    if (isHeldOut(input) && evaluations++ === 0) await images.opened;
    return call(method, input, options);
  };
  const [evaluated, free] = await start(['equal', 'equal'], { evaluateEvery: 3 });
  if (!evaluated || !free) throw new Error('two runs expected');
  const finished = finish(evaluated, free);
  await session.waitForStep(free.id, 8, new AbortController().signal);
  expect([evaluated.phase, evaluated.recordedStep]).toEqual(['running', 3]);
  images.open();
  await finished;
  expect([evaluated.phase, free.phase]).toEqual(['finished', 'finished']);
  expect(lossesOf(evaluated)).toEqual(lossesOf(free));
  expect(evaluated.history().evaluations).toEqual(free.history().evaluations);
  expect(free.history().evaluations.map(({ step }) => step)).toEqual([3, 6, 8]);
});

test('a strategy that hears validation losses hears them at every evaluation before the last step, but not at one that a person asks for', async () => {
  const [run] = await start(['equal'], { evaluateEvery: 3 });
  if (!run) throw new Error('a run expected');
  const heard: (readonly (number | null)[])[] = [];
  Object.assign(run.model.weighting, { hear: (losses: readonly (number | null)[]) => heard.push(losses) });
  await run.evaluate();
  expect(heard).toEqual([]);
  await finish(run);
  const evaluations = run.history().evaluations.filter(({ step }) => step === 3 || step === 6);
  expect(heard).toHaveLength(2);
  const figures = (i: number) => {
    const result = evaluations[i]?.results.loss;
    if (result?.kind !== 'perTask') throw new Error('a loss a task expected');
    return run.model.tasks.map(({ id }) => result.figures[id]?.value);
  };
  heard.forEach((losses, i) => {
    expect(losses).toEqual(figures(i));
    expect(losses.every(Number.isFinite)).toBe(true);
  });
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
  for (const run of [broken, whole]) await session.remove(run.id);
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
    await session.remove(other.id);
    full.move('pause');
    full.move('stop');
    expect(noted).toHaveBeenCalledTimes(1);
  } finally {
    noted.mockRestore();
  }
});

test('of runs that are removed nothing is sent, not even that there is nothing', async () => {
  const sent: RunUpdate[][] = [];
  session = new Session(data.pixels, news => sent.push(news));
  const [run] = await start(['equal']);
  if (!run) throw new Error('a run expected');
  await session.remove(run.id);
  await new Promise(resolve => setTimeout(resolve, 50));
  expect(sent.filter(news => news.length === 0)).toEqual([]);
});

test('the dataset’s index is fetched once, however often the settings change, and again after it has closed', async () => {
  const called = vi.spyOn(data.pixels, 'call');
  const fetched = () => called.mock.calls.filter(([method]) => method === 'index').length;
  const estimate = (batchSize: number) =>
    session.estimateMemory({
      datasetId: 'memory',
      config: { ...config, batchSize },
      weightings: ['equal'],
    });
  await Promise.all([estimate(4), estimate(6)]);
  await estimate(8);
  await start(['equal']);
  expect(fetched()).toBe(1);
  session.datasetClosed('memory');
  await estimate(4);
  expect(fetched()).toBe(2);
});
