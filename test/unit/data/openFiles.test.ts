import { expect, test, vi } from 'vitest';
import { openFiles, throttled } from '../../../workers/data/openFiles';
import type { OpenProgress } from '../../../workers/protocol/dataset';
import {
  asFile,
  caviZip,
  ck48Zip,
  foldersZip,
  lyingZip,
  manifestZip,
  oneIdentityZip,
  undecodableZip,
  utf8,
  zipOf,
} from '../../fixtures/archives';
import { encodePng } from '../../fixtures/images';
import { open } from './opened';

// Building and reading zips is work for a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 30_000 });

test('a CK+48 zip opens with the counts of its table', async () => {
  const { summary, index } = await open({
    'ck48.zip': await ck48Zip({ subjects: 20, sequencesPerSubject: 2, size: 8 }),
  });
  expect(summary).toMatchObject({
    name: 'ck48',
    layout: 'ck48',
    images: 120,
    identities: 20,
    sequences: 40,
    modalities: {},
    unlabelled: { identity: 0, expression: 0, modality: 120 },
    systems: { expression: true, caricature: expect.stringContaining('photos and caricatures') },
    notes: [],
    skipped: [],
    source: { kind: 'files', files: ['ck48.zip'] },
  });
  expect(Object.keys(summary.expressions)).toEqual([
    'anger',
    'contempt',
    'disgust',
    'fear',
    'happiness',
    'sadness',
    'surprise',
  ]);
  expect(Object.values(summary.expressions).reduce((a, b) => a + b)).toBe(120);
  expect(summary.candidates.map(({ id, score }) => [id, score])).toEqual([
    ['ck48', 1],
    ['folders', 1],
  ]);
  expect(index.identities).toEqual(index.identities.toSorted());
});

test('a CaVI zip merges names that differ by case and leaves its lists out', async () => {
  const { summary, index } = await open({ 'cavi.zip': await caviZip({ people: 16, each: 2, size: 8 }) });
  expect(summary).toMatchObject({
    layout: 'cavi',
    images: 64,
    identities: 16,
    modalities: { caricature: 32, photo: 32 },
    systems: { expression: expect.stringContaining('the expression task has no labels'), caricature: true },
  });
  expect(summary.skipped).toHaveLength(2);
  expect(index.identities.filter(name => /smith/i.test(name))).toHaveLength(1);
});

test('a manifest wins over folders, and few people are remarked on', async () => {
  const { summary, index } = await open({ 'm.zip': await manifestZip({ size: 8 }) });
  expect(summary).toMatchObject({ layout: 'manifest', images: 24, identities: 4 });
  expect(index.identities[0]).toBe('person1, Jr.');
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

test('undecodable images are listed with their reason, the rest opens', async () => {
  const { summary } = await open({ 'u.zip': await undecodableZip(false) });
  expect(summary.images).toBe(18);
  expect(summary.skipped.filter(skip => /cannot be decoded: its first bytes/.test(skip.reason))).toHaveLength(
    6,
  );
  expect(summary.skipped).toContainEqual({ path: 'readme.txt', reason: 'not an image' });
});

test('an entry whose compressed bytes are damaged costs that image only', async () => {
  const noise = Uint8Array.from({ length: 5000 }, (_, i) => (i * i * 31) >> 3);
  const files = ['a/1.png', 'a/2.png', 'b/1.png', 'b/2.png'];
  const picture = await encodePng(new Uint8Array(12), 2, 2);
  const zip = await zipOf(
    files.map((path, i) => [path, i === 0 ? noise : picture]),
    { level: 6 },
  );
  zip.fill(0xff, 60, 200);
  const { summary } = await open({ 'd.zip': zip });
  expect(summary.images).toBe(3);
  expect(summary.skipped).toEqual([
    { path: 'a/1.png', reason: 'cannot be decoded: it is damaged in the archive' },
  ]);
});

test.each([0, 6])('other bytes than the checksum says cost that image only (level %i)', async level => {
  const files = ['a/1.png', 'a/2.png', 'b/1.png', 'b/2.png'];
  const picture = await encodePng(new Uint8Array(12), 2, 2);
  const zip = await zipOf(
    files.map(path => [path, picture]),
    { level },
  );
  // The last byte of the first entry's CRC-32 in the central directory, so that the picture itself is sound.
  const record = zip.findIndex((_, i) => [0x50, 0x4b, 1, 2].every((byte, k) => zip[i + k] === byte));
  zip[record + 19] = (zip[record + 19] ?? 0) ^ 1;
  const { summary } = await open({ 'd.zip': zip });
  expect(summary.images).toBe(3);
  expect(summary.skipped).toEqual([
    { path: 'a/1.png', reason: 'cannot be decoded: it is damaged in the archive' },
  ]);
});

const nearlyPng = async (share: number) => {
  const whole = await encodePng(new Uint8Array(3 * 16 * 16), 16, 16);
  return whole.slice(0, Math.floor(whole.length * share));
};

test('a picture with a sound header that the browser cannot decode is listed, the rest opens', async () => {
  const [good, bad] = [await nearlyPng(1), await nearlyPng(0.8)];
  const zip = await zipOf(
    ['a/1.png', 'a/2.png', 'b/1.png', 'b/2.png'].map((p, i) => [p, i === 2 ? bad : good]),
  );
  const { summary, index } = await open(
    { 'c.zip': zip },
    { decodes: async bytes => bytes.length === good.length },
  );
  expect(index.samples.map(({ path }) => path)).toEqual(['a/1.png', 'a/2.png', 'b/2.png']);
  expect(summary.skipped).toEqual([
    {
      path: 'b/1.png',
      reason: 'cannot be decoded: its first bytes are sound, but its picture is damaged',
    },
  ]);
});

test('where the browser decodes none, opening fails and names the first', async () => {
  const zip = { 'f.zip': await foldersZip({ size: 8 }) };
  await expect(open(zip, { decodes: async () => false })).rejects.toMatchObject({
    code: 'dataset/undecodable',
    message: expect.stringMatching(
      /None of the 24 images in f can be decoded\. person1\/anger\/img1\.png: .*damaged/,
    ),
  });
});

test('every image is decoded once when it is checked, whole, large ones too', async () => {
  const picture = await nearlyPng(1);
  const large = new Uint8Array(1_500_000);
  large.set(picture);
  const seen: number[] = [];
  await open(
    { 'a/1.png': picture, 'a/2.png': large, 'b/1.png': picture, 'b/2.png': picture },
    { decodes: async bytes => seen.push(bytes.length) > 0 },
  );
  expect(seen.toSorted((a, b) => a - b)).toEqual([
    picture.length,
    picture.length,
    picture.length,
    large.length,
  ]);
});

test.each([
  [
    'undecodable images',
    () => undecodableZip(),
    'dataset/undecodable',
    /None of the 24 images in bad can be decoded\. .*image viewer/,
  ],
  [
    'one identity',
    oneIdentityZip,
    'dataset/one-identity',
    /All 6 images show one person \(Adam\).*Add a folder for each further person/,
  ],
  ['a zip that lies about its sizes', lyingZip, 'archive/bomb', /more than the 100 bytes/],
] as const)('%s: refused with what to do', async (_, build, code, sentence) => {
  await expect(open({ 'bad.zip': await build() })).rejects.toMatchObject({
    code,
    message: expect.stringMatching(sentence),
  });
});

const pictures = async (paths: readonly string[]) => {
  const picture = await encodePng(new Uint8Array(3), 1, 1);
  return { 'x.zip': await zipOf(paths.map(path => [path, picture])) };
};
const cells = (...levels: string[][]) =>
  levels
    .reduce<string[]>((paths, names) => paths.flatMap(path => names.map(name => `${path}${name}/`)), [''])
    .flatMap(path => ['holiday1.png', 'holiday2.png'].map(name => path + name));

test.each([
  [
    'one identity with expressions (CK+48 of one subject)',
    async () => ({ 'ck.zip': await ck48Zip({ subjects: 1, sequencesPerSubject: 4, size: 8 }) }),
    'dataset/one-identity',
    /All 12 images show one person \(S010\).*tells people apart.*open it again/,
  ],
  [
    'one expression of nobody',
    () => pictures(['happy/img1.png', 'happy/img2.png']),
    'dataset/unlabelled',
    /None of the 2 images says who it shows, and all show one expression \(happiness\).*manifest\.csv/,
  ],
  [
    'no label at all',
    async () => ({ ...(await pictures(['a.png', 'b.png'])), 'manifest.csv': utf8('path\na.png\nb.png\n') }),
    'dataset/unlabelled',
    /None of the 2 images says who it shows or which expression/,
  ],
] as const)('%s can train nothing and is refused', async (_, make, code, sentence) => {
  await expect(open(await make())).rejects.toMatchObject({ code, message: expect.stringMatching(sentence) });
});

test('people without expressions can pretrain, and each system says what else it needs', async () => {
  const { summary } = await open(await pictures(cells(['ann', 'bob', 'cid'])));
  expect(summary).toMatchObject({
    identities: 3,
    expressions: {},
    systems: {
      expression: expect.stringMatching(
        /^It can pretrain on identity .*but the expression task has no labels\. Put each expression in a folder/,
      ),
      caricature: expect.stringMatching(
        /^It can pretrain on verification .*but the other two tasks need photos and caricatures/,
      ),
    },
  });
});

test('expressions without people can train that task alone, and say so', async () => {
  const { summary } = await open(await pictures(cells(['happy', 'sad'])));
  expect(summary).toMatchObject({
    identities: 0,
    systems: {
      expression: expect.stringMatching(/^It can pretrain on expression .*but no image says who it shows/),
      caricature: expect.stringMatching(/^No image says who it shows/),
    },
  });
});

test('one named person among unnamed ones is no reason to refuse their expressions', async () => {
  const { summary } = await open({
    ...(await pictures(['a.png', 'b.png', 'c.png'])),
    'manifest.csv': utf8('path,identity,expression\na.png,Ann,joy\nb.png,,fear\nc.png,,joy\n'),
  });
  expect(summary.systems.expression).toMatch(/^It can pretrain on expression .*one person \(Ann\)/);
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
