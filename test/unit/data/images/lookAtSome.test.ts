/** Opening archives in which some images are not what they say. */
import { expect, test, vi } from 'vitest';
import { foldersZip, lyingZip, undecodableZip, zipOf } from '../../../fixtures/archives';
import { encodePng } from '../../../fixtures/images';
import { open } from '../opened';

// Building and reading zips can take long on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 30_000 });

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

test('opening a set looks at a few first bytes and decodes until one image is sound; the others wait', async () => {
  const [good, bad] = [await nearlyPng(1), await nearlyPng(0.8)];
  const paths = Array.from({ length: 100 }, (_, i) => `${i % 2 ? 'ann' : 'bob'}/${100 + i}.png`).sort();
  const zip = await zipOf(paths.map((path, i) => [path, i === 0 || i === 50 ? bad : good]));
  const decoded: number[] = [];
  const decodes = (bytes: Uint8Array) => decoded.push(bytes.length) > 0 && bytes.length === good.length;
  const checked: number[] = [];
  const { summary, index } = await open(
    { 'c.zip': zip },
    { decodes, onProgress: ({ phase, total }) => phase === 'checking' && checked.push(total) },
  );
  expect(decoded).toEqual([bad.length, good.length]);
  expect(checked.at(-1)).toBeLessThanOrEqual(32);
  expect(index.samples.map(({ path }) => path)).toEqual(paths.slice(1));
  expect(summary.skipped).toEqual([
    {
      path: paths[0],
      reason: 'cannot be decoded: its first bytes are sound, but its picture is damaged',
    },
  ]);
});

test('where the browser decodes none, opening fails and names the first', async () => {
  const zip = { 'f.zip': await foldersZip({ size: 8 }) };
  await expect(open(zip, { decodes: () => false })).rejects.toMatchObject({
    code: 'dataset/undecodable',
    message: expect.stringMatching(
      /None of the 24 images in f can be decoded\. person1\/anger\/img1\.png: .*damaged/,
    ),
  });
});

test('a large image is decoded whole', async () => {
  const large = new Uint8Array(1_500_000);
  large.set(await nearlyPng(1));
  const seen: number[] = [];
  const paths = ['a/1.png', 'a/2.png', 'b/1.png', 'b/2.png'];
  await open(Object.fromEntries(paths.map(path => [path, large])), {
    decodes: bytes => seen.push(bytes.length) > 0,
  });
  expect(seen).toEqual([large.length]);
});

test.each([
  [
    'undecodable images',
    () => undecodableZip(),
    'dataset/undecodable',
    /None of the 24 images in bad can be decoded\. .*image viewer/,
  ],
  ['a zip that lies about its sizes', lyingZip, 'archive/bomb', /more than the 100 bytes/],
] as const)('%s: refused with what to do', async (_, build, code, sentence) => {
  await expect(open({ 'bad.zip': await build() })).rejects.toMatchObject({
    code,
    message: expect.stringMatching(sentence),
  });
});
