import { expect, test, vi } from 'vitest';
import { openFiles, throttled } from '../../../workers/data/openFiles';
import type { OpenProgress } from '../../../workers/protocol/dataset';
import { asFile, caviZip, ck48Zip, foldersZip, manifestZip, utf8, zipOf } from '../../fixtures/archives';
import { encodePng } from '../../fixtures/images';
import { open, pictures } from './opened';

// Building and reading zips can take long on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 30_000 });

test('a CK+48 zip opens with the counts of its table', async () => {
  const { summary, index } = await open({
    'ck48.zip': await ck48Zip({ subjects: 20, sequencesPerSubject: 2, size: 8 }),
  });
  expect(summary).toMatchObject({
    name: 'ck48',
    layout: 'ck48',
    images: 120,
    sequences: 40,
    counts: { modality: {} },
    unlabelled: { identity: 0, expression: 0, modality: 120 },
    systems: { expression: true, caricature: expect.stringContaining('photos and caricatures') },
    notes: [],
    skipped: [],
    source: { kind: 'files', files: ['ck48.zip'] },
  });
  expect(Object.keys(summary.counts.expression)).toEqual([
    'anger',
    'contempt',
    'disgust',
    'fear',
    'happiness',
    'sadness',
    'surprise',
  ]);
  expect(Object.keys(summary.counts.identity)).toHaveLength(20);
  expect(Object.values(summary.counts.expression).reduce((a, b) => a + b)).toBe(120);
  expect(summary.candidates.map(({ id, score }) => [id, score])).toEqual([
    ['ck48', 1],
    ['folders', 1],
  ]);
  expect(index.columns.identity.names).toEqual(index.columns.identity.names.toSorted());
});

test('a CaVI zip merges names that differ by case and leaves its lists out', async () => {
  const { summary, index } = await open({ 'cavi.zip': await caviZip({ people: 16, each: 2, size: 8 }) });
  expect(summary).toMatchObject({
    layout: 'cavi',
    images: 64,
    counts: { modality: { caricature: 32, photo: 32 } },
    systems: { expression: expect.stringContaining('the expression task has no labels'), caricature: true },
  });
  expect(Object.keys(summary.counts.identity)).toHaveLength(16);
  expect(summary.skipped).toHaveLength(2);
  expect(index.columns.identity.names.filter(name => /smith/i.test(name))).toHaveLength(1);
});

test('a manifest wins over folders, and few people are remarked on', async () => {
  const { summary, index } = await open({ 'm.zip': await manifestZip({ size: 8 }) });
  expect(summary).toMatchObject({ layout: 'manifest', images: 24 });
  expect(Object.keys(summary.counts.identity)).toHaveLength(4);
  expect(index.columns.identity.names[0]).toBe('person1, Jr.');
  expect(summary.notes.join()).toMatch(/Only 4 people.*ln 4 = 1\.4.*ln 3 = 1\.1/);
});

test('a chosen layout overrides the detected one', async () => {
  const { summary } = await open(
    { 'ck48.zip': await ck48Zip({ subjects: 4, size: 8 }) },
    { layout: 'folders' },
  );
  expect(summary.layout).toBe('folders');
  expect(summary.candidates[0]?.id).toBe('folders');
});

test('a layout that does not exist or fits nothing is refused', async () => {
  const zip = { 'f.zip': await foldersZip({ size: 8 }) };
  await expect(open(zip, { layout: 'lfw' })).rejects.toMatchObject({
    message: expect.stringMatching(/"lfw".*ck48/),
  });
  await expect(open(zip, { layout: 'cavi' })).rejects.toMatchObject({ code: 'dataset/layout' });
});

test('where no layout reaches 80 % the nearest is named with its share', async () => {
  const picture = await encodePng(new Uint8Array(3), 1, 1);
  const heap = Array.from({ length: 4 }, (_, i) => [`${i}.png`, picture] as const);
  const sorted = Array.from({ length: 12 }, (_, i) => [`p${i % 3}/${i}.png`, picture] as const);
  await expect(open({ 'x.zip': await zipOf([...heap, ...sorted]) })).rejects.toMatchObject({
    code: 'dataset/layout',
    message: expect.stringMatching(/80 % of the 16 images.*"Folders.*" with 75 %/),
  });
  const more = Array.from({ length: 4 }, (_, i) => [`p${i % 3}/${20 + i}.png`, picture] as const);
  const { summary } = await open({ 'x.zip': await zipOf([...heap, ...sorted, ...more]) });
  expect(summary.candidates[0]).toMatchObject({ id: 'folders', score: 0.8 });
  expect(summary.skipped).toHaveLength(4);
});

test('frames of a recording that names no sequence get one', async () => {
  const paths = ['P001', 'P002'].flatMap(person =>
    ['Anger', 'Fear'].flatMap(expression => [0, 21, 22, 23].map(n => `${person}/${expression}/${n}.png`)),
  );
  const { summary, index } = await open(await pictures(paths));
  expect(summary.sequences).toBe(4);
  expect(index.samples[0]).toMatchObject({ sequence: 'P001/Anger', frame: 0 });
});

test('the fingerprint follows paths and labels, not names and not the way they were packed', async () => {
  const options = { people: 3, each: 1, size: 8 };
  const zip = await foldersZip(options);
  const { index, summary } = await open({ 'a.zip': zip });
  expect(index.fingerprint).toMatch(/^[0-9a-f]{32}$/);
  expect(summary.fingerprint).toBe(index.fingerprint);
  expect((await open({ 'renamed.zip': zip })).index.fingerprint).toBe(index.fingerprint);
  const relabelled = await foldersZip({ ...options, expressions: ['happy', 'sadness', 'fear'] });
  expect((await open({ 'a.zip': relabelled })).index.fingerprint).not.toBe(index.fingerprint);
});

test('progress goes through listing, reading and checking, and ends complete', async () => {
  const seen: OpenProgress[] = [];
  await open({ 'f.zip': await foldersZip({ size: 8 }) }, { onProgress: value => seen.push(value) });
  expect([...new Set(seen.map(({ phase }) => phase))]).toEqual(['listing', 'reading', 'checking']);
  expect(seen.at(-1)).toEqual({ phase: 'checking', done: 24, total: 24 });
});

test('an abort while images are checked rejects as an abort', async () => {
  const controller = new AbortController();
  const opening = open(
    { 'f.zip': await foldersZip({ size: 8 }) },
    {
      signal: controller.signal,
      onProgress: ({ phase, done }) => phase === 'checking' && done === 3 && controller.abort(),
    },
  );
  await expect(opening).rejects.toMatchObject({ name: 'AbortError' });
});

test('throttled progress keeps the first and the last of a phase', () => {
  const sent: unknown[] = [];
  const report = throttled(
    { signal: new AbortController().signal, progress: value => sent.push(value) },
    1e6,
  );
  for (let done = 0; done <= 100; done++) report({ phase: 'checking', done, total: 100 });
  expect(sent).toEqual([
    { phase: 'checking', done: 0, total: 100 },
    { phase: 'checking', done: 100, total: 100 },
  ]);
});

test('a file that vanished from disk says so', async () => {
  const file = asFile('a.png', utf8(''));
  file.slice = () => {
    throw new DOMException('gone', 'NotFoundError');
  };
  const files = ['a/1.png', 'a/2.png', 'b/1.png', 'b/2.png'].map(path => ({ path, file }));
  await expect(openFiles({ id: 'x', files }, new AbortController().signal, () => {})).rejects.toMatchObject({
    code: 'archive/gone',
    message: expect.stringContaining('Drop the files again'),
  });
});
