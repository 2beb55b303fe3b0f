/** @file Runs that start from saved weights: the same run goes on, or a new one starts. */
import { expect, test } from 'vitest';
import { readState } from '../../../workers/model/model';
import type { Evaluation } from '../../../workers/protocol/results';
import type { History } from '../../../workers/protocol/runs';
import { readWeightFile, writeWeightFile } from '../../../workers/train/checkpoints/weightFile';
import { Session } from '../../../workers/train/session';
import { WEIGHTINGS } from '../../../workers/weighting/weightings';
import { memoryDataset } from '../../fixtures/pixels';
import { config, lossesOf, sessionPerTest, source } from '../../fixtures/sessionPerTest';

const t = sessionPerTest();
const { finish, one, start } = t;

test.each([
  ...Object.keys(WEIGHTINGS).map(id => [id, {}] as const),
  ['dynamic', { optimizer: 'rmsprop', 'unit.init': 'xavier', 'unit.normaliseLogits': true }] as const,
  ['dynamic', { embedding: 8, centerNorm: 'printed', centerAlpha: 0.1, shift: 2 }] as const,
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
    const file = await t.session.export(half.id, 'safetensors');
    await t.session.remove(half.id);
    const resumed = await t.session.restore(
      { kind: 'file', file, fileName: 'half.safetensors' },
      'memory',
      source,
    );
    expect(resumed.step).toBe(4);
    await finish(resumed);
    // Everything but the clock must be equal. The final evaluation uses the moving statistics, so it shows that they were
    // restored too.
    const recorded = ({ columns: { elapsedMs, ...columns }, evaluations }: History) => ({
      columns,
      evaluations,
    });
    expect(recorded(resumed.history())).toEqual(recorded(whole.history()));
    expect(await readState(resumed.model)).toEqual(await readState(whole.model));
  },
);

test('a file with one figure of verification resumes, and the figure is that of the task that embeds', async () => {
  const [run] = await start(['equal'], { steps: 2 });
  if (!run) throw new Error('a run expected');
  await finish(run);
  const { tensors, record } = await readWeightFile({
    kind: 'file',
    file: await t.session.export(run.id, 'safetensors'),
    fileName: 'run.safetensors',
  });
  await t.session.remove(run.id);
  const about = { label: 'Verification', about: 'A.', format: 'number' } as const;
  const pairArea = { kind: 'scalar', ...about, figure: { value: 0.75 } } as const;
  const evaluations: Evaluation[] = [{ step: 2, side: 'test', samples: 12, results: { pairArea } }];
  const older = { ...record, history: { ...record.history, evaluations } };
  const file = await writeWeightFile('safetensors', tensors, older);
  const resumed = await t.session.restore(
    { kind: 'file', file, fileName: 'old.safetensors' },
    'memory',
    source,
  );
  expect(resumed.history().evaluations).toMatchObject([
    { step: 2, results: { pairArea: { kind: 'perTask', figures: { identity: { value: 0.75 } } } } },
  ]);
});

test('every branch starts from the branch of a single-task run, with new heads', async () => {
  const [pretrained] = await start(['single'], { steps: 2 });
  if (!pretrained) throw new Error('a run expected');
  await finish(pretrained);
  const [run] = await t.session.create({
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

test('an embedding layer is a part of its branch: it starts from the pretrained one', async () => {
  const pretrained = await one(['single'], { steps: 2, embedding: 8 });
  await finish(pretrained);
  const [run] = await t.session.create({
    ...{ datasetId: 'memory', datasetSource: source, weightings: ['dynamic'] },
    config: { ...config, embedding: 8 },
    startFrom: { kind: 'run', id: pretrained.id },
  });
  const kernel = (of: typeof run, branch: number) =>
    of?.model.network.parameters
      .find(({ name }) => name === `branch${branch}/embedding/kernel`)
      ?.variable.dataSync();
  expect(kernel(run, 2)).toEqual(kernel(pretrained, 1));
  expect(kernel(run, 2)).not.toEqual(kernel(pretrained, 2));
});

test('a checkpoint of another dataset is refused and no run appears', async () => {
  const [run] = await start(['equal'], { steps: 1 });
  if (!run) throw new Error('a run expected');
  await finish(run);
  const file = await t.session.export(run.id, 'safetensors');
  const other = memoryDataset({ identities: 5 });
  const elsewhere = new Session(other.pixels, () => undefined);
  await expect(
    elsewhere.restore({ kind: 'file', file, fileName: 'a.safetensors' }, 'memory', source),
  ).rejects.toMatchObject({ code: 'weights/dataset', message: expect.stringContaining('in memory') });
  expect(elsewhere.runs).toEqual([]);
  other.close();
});

test('a tfjs file starts a run at step 0 from the exported weights', async () => {
  const run = await one(['dynamic'], { steps: 3 });
  await finish(run);
  const file = await t.session.export(run.id, 'tfjs');
  const again = await t.session.restore({ kind: 'file', file, fileName: 'a.zip' }, 'memory', source);
  expect([again.step, again.history().columns.step]).toEqual([0, []]);
  const values = (of: typeof run) =>
    of.model.network.parameters.map(({ variable }) => [...variable.dataSync()]);
  expect(values(again)).toEqual(values(run));
});

test('pretraining on identity alone needs no expression labels, and its branch is the source of all', async () => {
  t.data.close();
  t.data = memoryDataset({ expressions: 1 });
  t.session = new Session(t.data.pixels, news => t.updates.push(...news));
  await expect(start(['dynamic'])).rejects.toMatchObject({ code: 'dataset/task' });
  const run = await one(['single'], { steps: 2 });
  await finish(run);
  expect(lossesOf(run).identity?.every(Number.isFinite)).toBe(true);
});
