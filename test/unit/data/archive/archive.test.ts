import { expect, test, vi } from 'vitest';
import { listEntries } from '../../../../workers/data/archive/archive';
import { maxRatio, ratioFloorBytes } from '../../../../workers/data/archive/zip';
import { hash } from '../../../../workers/random';
import {
  type ArchiveFile,
  asFile,
  bombZip,
  brokenZip,
  encryptedZip,
  foldersZip,
  lyingZip,
  noImageZip,
  utf8,
  zipOf,
} from '../../../fixtures/archives';

// Building and reading zips can take long on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 30_000 });
const { signal } = new AbortController();
type Dropped = Record<string, Uint8Array<ArrayBuffer>>;
const list = (dropped: Dropped, abort = signal, progress = (_: number) => {}) =>
  listEntries(
    Object.entries(dropped).map(([path, bytes]) => ({ path, file: asFile(path, bytes) })),
    abort,
    progress,
  );
const paths = async (dropped: Dropped) => (await list(dropped)).entries.map(entry => entry.path);
const empty = (...names: string[]): ArchiveFile[] => names.map(name => [name, utf8('x')]);

test('a zip lists its files in natural order, without litter, its root folder peeled', async () => {
  const { entries, skipped, name } = await list({
    'faces.zip': await foldersZip({ people: 11, each: 1, size: 8 }),
  });
  const found = entries.map(entry => entry.path);
  expect(found.slice(0, 2)).toEqual(['person1/anger/img1.png', 'person1/happy/img1.png']);
  expect(found.indexOf('person2/happy/img1.png')).toBeLessThan(found.indexOf('person10/happy/img1.png'));
  expect(found.filter(path => /MACOSX|DS_Store/.test(path))).toEqual([]);
  expect(skipped).toEqual([]);
  expect(name).toBe('faces');
});

test('doubled root folders are peeled, even with a readme beside them', async () => {
  const zip = await zipOf(empty('lfw/lfw/ann/1.png', 'lfw/lfw/bob/1.png', 'lfw/readme.txt'));
  expect(await paths({ 'a.zip': zip })).toEqual(['ann/1.png', 'bob/1.png', 'lfw/readme.txt']);
});

test('a root folder that is a label or holds the images itself is not peeled', async () => {
  expect(await paths({ 'a.zip': await zipOf(empty('anger/ann/1.png')) })).toEqual(['anger/ann/1.png']);
  expect(await paths({ 'a.zip': await zipOf(empty('ann/1.png')) })).toEqual(['ann/1.png']);
});

test('bytes are read on demand, stored and deflated alike, and heads without the rest', async () => {
  // The larger one is above the size up to which a file is read in one go.
  for (const [length, level] of [
    [200_000, 0],
    [200_000, 6],
    [3_000_000, 0],
    [3_000_000, 1],
  ] as const) {
    const content = Uint8Array.from({ length }, (_, i) => hash(i));
    const { entries } = await list({ 'a.zip': await zipOf([['x/a.png', content]], { level }) });
    const [entry] = entries;
    expect(entry?.byteLength).toBe(content.length);
    const same = (bytes: Uint8Array | undefined, length: number) =>
      bytes !== undefined && Buffer.compare(bytes, content.subarray(0, length)) === 0;
    expect(same(await entry?.bytes(), content.length)).toBe(true);
    expect(same(await entry?.head(1000), 1000)).toBe(true);
    expect(same(await entry?.head(1e7), content.length)).toBe(true);
  }
});

test('Zip64 archives are read', async () => {
  const zip = await zipOf([['x/a.png', utf8('pixels')]], { zip64: true });
  const { entries } = await list({ 'a.zip': zip });
  expect(await entries[0]?.bytes()).toEqual(utf8('pixels'));
});

test('several zips and loose files are one dataset; a path met twice is listed', async () => {
  const { entries, skipped, name } = await list({
    'photos.zip': await zipOf(empty('part1/ann/1.png', 'part1/bob/1.png')),
    'more.zip': await zipOf(empty('ann/1.png', 'ann/2.png')),
    'manifest.csv': utf8('path\n'),
  });
  expect(entries.map(entry => entry.path)).toEqual(['ann/1.png', 'ann/2.png', 'bob/1.png', 'manifest.csv']);
  expect(skipped).toEqual([
    { path: 'ann/1.png', reason: 'a second file of this path, in more.zip after photos.zip' },
  ]);
  expect(name).toBe('photos + 2 more');
});

test('one zip a person keeps the people apart', async () => {
  const zips = { 'ann.zip': await zipOf(empty('ann/1.png')), 'bob.zip': await zipOf(empty('bob/1.png')) };
  expect(await paths(zips)).toEqual(['ann/1.png', 'bob/1.png']);
});

test('a dropped folder lists like a zip of it and lends its name', async () => {
  const { entries, name } = await list({
    'faces/ann/1.png': utf8('x'),
    'faces/bob/1.png': utf8('x'),
    'faces/.DS_Store': utf8('x'),
  });
  expect(entries.map(entry => entry.path)).toEqual(['ann/1.png', 'bob/1.png']);
  expect(name).toBe('faces');
});

test('names that leave the archive and archives inside it are left out, with the reason', async () => {
  const zip = await zipOf(empty('a/1.png', '../b.png', '/etc/c.png', 'a\\..\\..\\d.png', 'a/more.zip'));
  const { entries, skipped } = await list({ 'a.zip': zip });
  expect(entries.map(entry => entry.path)).toEqual(['a/1.png']);
  expect(skipped.map(skip => skip.reason)).toEqual([
    expect.stringContaining('leaves the archive'),
    expect.stringContaining('absolute'),
    expect.stringContaining('leaves the archive'),
    expect.stringContaining('archive inside the archive'),
  ]);
});

test.each([
  ['a truncated zip', brokenZip, 'archive/broken', /bad\.zip.*cannot be read as a zip.*fetch it again/],
  ['text called zip', async () => utf8('PK? no.'), 'archive/broken', /cannot be read as a zip/],
  ['an empty file', async () => new Uint8Array(), 'archive/broken', /0 bytes/],
  [
    'a RAR called zip',
    async () => utf8('Rar!\x1a\x07'),
    'archive/broken',
    /is not a zip but a RAR archive.*Unpack it/,
  ],
  ['a login page', async () => utf8('<!doctype html>'), 'archive/broken', /not a zip but a web page/],
  [
    'an encrypted zip',
    encryptedZip,
    'archive/encrypted',
    /bad\.zip is encrypted\. Unpack it with its password/,
  ],
  ['a bomb', bombZip, 'archive/bomb', /refused: it says it unpacks to 12,000 MB from 0(\.\d+)? MB/],
  [
    'a zip without images',
    noImageZip,
    'archive/empty',
    /holds no image.*2 other files.*Drop a zip or a folder of PNG/,
  ],
  [
    'a zip of TIFFs',
    () => zipOf(empty('a/1.tiff')),
    'archive/empty',
    /1 files such as a\/1\.tiff.*convert them/,
  ],
  ['a zip of zips', () => zipOf(empty('a/b.zip')), 'archive/empty', /unpack it and drop it beside/],
] as const)('%s is refused with what to do', async (_, build, code, sentence) => {
  await expect(list({ 'bad.zip': await build() })).rejects.toMatchObject({
    code,
    message: expect.stringMatching(sentence),
  });
});

test('a file that unpacks to more than it declares is stopped while it inflates', async () => {
  const { entries } = await list({ 'bad.zip': await lyingZip() });
  await expect(entries[0]?.bytes()).rejects.toMatchObject({
    code: 'archive/bomb',
    message: expect.stringMatching(/unpacks to more than the 100 bytes it declares/),
  });
});

test('well compressed pictures are no bomb below the floor', async () => {
  const flat = new Uint8Array(300_000);
  const zip = await zipOf([['a/flat.bmp', flat]], { level: 9 });
  expect(flat.length / zip.length).toBeGreaterThan(maxRatio);
  expect(flat.length).toBeLessThan(ratioFloorBytes);
  expect(await paths({ 'a.zip': zip })).toEqual(['a/flat.bmp']);
});

test('listing stops when it is aborted and counts files as it goes', async () => {
  const zip = await foldersZip({ size: 8 });
  const controller = new AbortController();
  const counts: number[] = [];
  const listing = list({ 'a.zip': zip }, controller.signal, found => {
    counts.push(found);
    if (found === 5) controller.abort();
  });
  await expect(listing).rejects.toMatchObject({ name: 'AbortError' });
  expect(counts).toEqual([1, 2, 3, 4, 5]);
});
