import { expect, onTestFinished, test, vi } from 'vitest';
import { contactSheet, spread } from '../../../workers/data/images/contactSheet';
import { createLibrary } from '../../../workers/data/library';
import { SAMPLE_SETS } from '../../../workers/data/synthetic/sampleSets';
import type {
  DatasetApi,
  DatasetEvent,
  DatasetSource,
  PixelsApi,
  PixelsEvent,
} from '../../../workers/protocol/dataset';
import { AppError } from '../../../workers/protocol/errors';
import { connect, serve, Transfer } from '../../../workers/protocol/link';
import { asFile, brokenZip, ck48Zip, foldersZip, zipOf } from '../../fixtures/archives';
import { encodePng } from '../../fixtures/images';
import { open, pretendDecode } from './opened';

vi.setConfig({ testTimeout: 30_000 });
const sample = (seed: number): DatasetSource => ({
  kind: 'sample',
  sample: 'sample-expression',
  options: { seed, identities: 3, perCell: 2 },
});

/** A library behind a real message channel, as the page sees it. */
function library() {
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => port1.close());
  serve<DatasetApi>(port1, createLibrary({ decode: pretendDecode() }).dataset);
  return connect<DatasetApi>(port2);
}
function attached(datasets: ReturnType<typeof library>) {
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => port1.close());
  void datasets.call('attach', { port: port1 }, { transfer: [port1] });
  return connect<PixelsApi>(port2);
}

test('a sample set opens like an archive, and a second client reads its pixels', async () => {
  const datasets = library();
  const summary = await datasets.call('open', { source: sample(1) });
  expect(summary).toMatchObject({ layout: 'sample', systems: { expression: true } });
  const pixels = attached(datasets);
  const index = await pixels.call('index', { id: summary.id });
  expect(index.samples).toHaveLength(summary.images);
  expect(index.fingerprint).toBe(summary.fingerprint);
  const { bytes: batch } = await pixels.call('pixels', { id: summary.id, indices: [0, 5, 0], size: 16 });
  expect(batch).toHaveLength(3 * 16 * 16 * 3);
  const image = (i: number) => Array.from(batch.subarray(i * 768, (i + 1) * 768));
  expect(image(0)).toEqual(image(2));
  expect(image(0)).not.toEqual(image(1));
});

test.each(['sample-expression', 'sample-caricature'] as const)('%s is called by its own label', async id => {
  const options = { seed: 1, identities: 2, perCell: 1 };
  const summary = await library().call('open', { source: { kind: 'sample', sample: id, options } });
  const { label } = SAMPLE_SETS[id];
  expect(summary).toMatchObject({ name: label, layoutLabel: label });
});

test('sample sets of two seeds have two fingerprints', async () => {
  const datasets = library();
  const [one, two, again] = [
    await datasets.call('open', { source: sample(1) }),
    await datasets.call('open', { source: sample(2) }),
    await datasets.call('open', { source: sample(1) }),
  ];
  expect(one.fingerprint).not.toBe(two.fingerprint);
  expect(one.fingerprint).toBe(again.fingerprint);
  expect(new Set([one.id, two.id, again.id]).size).toBe(3);
});

test.each([
  ['a broken zip', brokenZip, 'archive/broken'],
  ['a zip of one subject', () => ck48Zip({ subjects: 1, size: 8 }), 'dataset/one-identity'],
] as const)('%s is refused and leaves what was open open', async (_, build, code) => {
  const datasets = library();
  const { id } = await datasets.call('open', { source: sample(1) });
  const bad: DatasetSource = {
    kind: 'files',
    files: [{ path: 'a.zip', file: asFile('a.zip', await build()) }],
  };
  await expect(datasets.call('open', { source: bad })).rejects.toMatchObject({ code });
  expect((await datasets.call('contactSheet', { id, count: 2, size: 8 })).tiles).toHaveLength(2);
});

test('sample faces of one person are refused with their own advice', async () => {
  const alone = { ...sample(1), options: { seed: 1, identities: 1, perCell: 2 } };
  await expect(library().call('open', { source: alone })).rejects.toMatchObject({
    code: 'dataset/one-identity',
    message: expect.stringContaining('Choose at least two people.'),
  });
});

test('a closed dataset answers with what to do', async () => {
  const datasets = library();
  const { id } = await datasets.call('open', { source: sample(1) });
  await datasets.call('close', { id });
  await expect(attached(datasets).call('index', { id })).rejects.toMatchObject({
    code: 'dataset/closed',
    message: expect.stringContaining('Open it again'),
  });
});

test('whoever reads pixels hears that a dataset has closed', async () => {
  const datasets = library();
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => port1.close());
  const heard: PixelsEvent[] = [];
  connect<PixelsApi, PixelsEvent>(port2, event => heard.push(event));
  await datasets.call('attach', { port: port1 }, { transfer: [port1] });
  const { id } = await datasets.call('open', { source: sample(1) });
  await datasets.call('close', { id });
  await vi.waitFor(() => expect(heard).toEqual([{ kind: 'closed', id }]));
});

test('the saved zip of a sample set opens with the same people, counts and split', async () => {
  const datasets = library();
  const made = await datasets.call('open', { source: sample(1) });
  const zip = await datasets.call('saveZip', { id: made.id });
  const { summary, index } = await open({ 'samples.zip': new Uint8Array(await zip.arrayBuffer()) });
  expect(summary).toMatchObject({
    layout: 'manifest',
    images: made.images,
    counts: made.counts,
    skipped: [],
  });
  const before = await attached(datasets).call('index', { id: made.id });
  const bySplit = (samples: typeof index.samples) => samples.map(s => `${s.path} ${s.split}`).toSorted();
  expect(bySplit(index.samples)).toEqual(bySplit(before.samples));
});

test('datasets from files are not saved again, and images have sane sizes', async () => {
  const datasets = library();
  const file = asFile('f.zip', await foldersZip({ size: 8 }));
  const { id } = await datasets.call('open', { source: { kind: 'files', files: [{ path: 'f.zip', file }] } });
  await expect(datasets.call('saveZip', { id })).rejects.toMatchObject({ code: 'dataset/save' });
  const pixels = attached(datasets);
  await expect(pixels.call('pixels', { id, indices: [0], size: 1e6 })).rejects.toMatchObject({
    code: 'dataset/size',
  });
});

test('a contact sheet leaves out a picture that cannot be had', async () => {
  const { index, summary, zip } = await open({ 'f.zip': await foldersZip({ people: 3, each: 1, size: 8 }) });
  const bad = spread(index, 5)[2];
  const pixels = async (i: number) => {
    if (i === bad) throw new AppError('dataset/decode', 'a.png cannot be decoded.');
    return new Uint8Array(4 * 4 * 3);
  };
  const { signal } = new AbortController();
  const sheet = await contactSheet({ index, summary, zip, pixels }, 5, 4, signal);
  expect(sheet.tiles).toHaveLength(4);
  expect(sheet.tiles.map(({ path }) => path)).not.toContain(index.samples[bad ?? -1]?.path);
});

test('a contact sheet shows every person and expression before it repeats one', async () => {
  const { index } = await open({ 'f.zip': await foldersZip({ people: 6, each: 3, size: 8 }) });
  const chosen = spread(index, 6);
  expect(new Set(chosen.map(i => index.columns.identity.values[i])).size).toBe(6);
  expect(new Set(chosen.map(i => index.columns.expression.values[i])).size).toBe(3);
  expect(spread(index, 1000)).toHaveLength(index.samples.length);
});

test('a damaged picture is found at first use: it is black, told of once and never decoded again', async () => {
  const noise = Uint8Array.from({ length: 192 }, (_, i) => (i * i * 31) >> 3);
  const [good, bad] = [await encodePng(noise, 8, 8), await encodePng(new Uint8Array(3), 1, 1)];
  const paths = ['ann/1.png', 'ann/2.png', 'bob/1.png', 'bob/2.png'];
  const zip = await zipOf(paths.map((path, i) => [path, i === 1 ? bad : good]));
  let decoded = 0;
  const decode = pretendDecode(bytes => ++decoded > 0 && bytes.length === good.length);
  const events: DatasetEvent[] = [];
  const { dataset, pixels } = createLibrary({ decode, onEvent: event => events.push(event) });
  const call = { signal: new AbortController().signal, progress() {} };
  const source: DatasetSource = { kind: 'files', files: [{ path: 'a.zip', file: asFile('a.zip', zip) }] };
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => port1.close());
  serve<DatasetApi>(port1, dataset);
  const summary = await connect<DatasetApi>(port2).call('open', { source });
  expect(summary).toMatchObject({ images: 4, skipped: [] });

  const { id } = summary;
  const read = async (size: number) => {
    const answer = await pixels.pixels({ id, indices: [3, 1, 0, 1], size }, call);
    return answer instanceof Transfer ? answer.value : answer;
  };
  const { bytes, damaged } = await read(2);
  expect(damaged).toEqual([1]);
  expect([...bytes]).toEqual([128, 0, 128, 0].flatMap(value => Array(12).fill(value)));
  const soFar = decoded;
  expect((await read(2)).damaged).toEqual([1]);
  expect((await read(3)).damaged).toEqual([1]);
  expect(decoded - soFar, 'the two sound ones at another size').toBe(2);
  expect(events).toEqual([
    {
      kind: 'damaged',
      id,
      skipped: [
        {
          path: 'ann/2.png',
          reason: 'cannot be decoded: its first bytes are sound, but its picture is damaged',
        },
      ],
    },
  ]);
});
