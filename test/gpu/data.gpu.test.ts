import { expect, onTestFinished, test } from 'vitest';
import { decodeImage } from '../../workers/data/decode';
import { connect } from '../../workers/protocol/link';
import type { DatasetApi, PixelsApi } from '../../workers/protocol/messages';
import { asFile, caviZip, ck48Zip, zipOf } from '../fixtures/archives';
import { drawFace } from '../fixtures/faces';
import { encodeJpeg, encodePng } from '../fixtures/images';

const size = 32;
const face = drawFace({ identity: 3, expression: 'happy', take: 0, colour: true }, size);
const worst = (a: Uint8Array, b: Uint8Array) =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? 0))), 0);
const mean = (bytes: Uint8Array) => bytes.reduce((sum, value) => sum + value, 0) / bytes.length;

/** The dataset worker as the page starts it, and a port such as the training worker gets. */
function startWorker() {
  const worker = new Worker(new URL('../../workers/dataset.worker.ts', import.meta.url), { type: 'module' });
  onTestFinished(() => worker.terminate());
  const datasets = connect<DatasetApi>(worker);
  const { port1, port2 } = new MessageChannel();
  void datasets.call('attach', { port: port1 }, { transfer: [port1] });
  return { datasets, pixels: connect<PixelsApi>(port2) };
}
const zipSource = (bytes: Uint8Array<ArrayBuffer>) =>
  ({ kind: 'files', files: [{ path: 'test.zip', file: asFile('test.zip', bytes) }] }) as const;

test('a PNG decodes to its own bytes', async () => {
  const pixels = await decodeImage('a.png', await encodePng(face, size, size), size);
  expect(pixels).toHaveLength(size * size * 3);
  expect(worst(pixels, face)).toBe(0);
});

test('a JPEG decodes to its picture', async () => {
  const pixels = await decodeImage('a.jpg', encodeJpeg(face, size, size), size);
  // The fixture quantises every coefficient to multiples of 6.
  expect(mean(pixels.map((value, i) => Math.abs(value - (face[i] ?? 0))))).toBeLessThan(3);
});

test('shrinking averages: fine stripes become their mean, not one of them', async () => {
  const stripes = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) =>
    Math.floor(i / 3) % 2 === 0 ? 40 : 200,
  );
  const pixels = await decodeImage('stripes.png', await encodePng(stripes, 64, 64), 16);
  expect(worst(pixels, new Uint8Array(pixels.length).fill(120))).toBeLessThanOrEqual(12);
});

test('an image that is not square is stretched, nothing is cut off', async () => {
  const halves = Uint8Array.from({ length: 40 * 10 * 3 }, (_, i) => (Math.floor(i / 3) % 40 < 20 ? 10 : 240));
  const pixels = await decodeImage('wide.png', await encodePng(halves, 40, 10), 8);
  const row = Array.from({ length: 8 }, (_, x) => pixels[x * 3] ?? 0);
  expect(row.slice(0, 3).every(value => value < 30)).toBe(true);
  expect(row.slice(5).every(value => value > 220)).toBe(true);
});

test('bytes that cannot be decoded name the path and what to do', async () => {
  await expect(decodeImage('ann/3.png', new Uint8Array(50), 8)).rejects.toMatchObject({
    code: 'dataset/decode',
    message: expect.stringMatching(/^ann\/3\.png \(50 bytes\) cannot be decoded.*Take it out/),
  });
});

test('the worker opens a CK+48 zip, and its pixels are the pictures that were packed', async () => {
  const { datasets, pixels } = startWorker();
  const phases = new Set<string>();
  const summary = await datasets.call(
    'open',
    { source: zipSource(await ck48Zip({ subjects: 20, sequencesPerSubject: 2, size: 48 })) },
    { onProgress: value => phases.add((value as { phase: string }).phase) },
  );
  expect(summary).toMatchObject({ layout: 'ck48', images: 120, identities: 20, sequences: 40, skipped: [] });
  expect(phases).toEqual(new Set(['listing', 'reading', 'checking']));

  const { samples, identities } = await pixels.call('index', { id: summary.id });
  const wanted = samples.findIndex(sample => sample.path === 'fear/S019_001_00000016.png');
  expect(identities[samples[wanted]?.identity ?? -1]).toBe('S019');
  const batch = await pixels.call('pixels', { id: summary.id, indices: [0, wanted, 1], size: 48 });
  const packed = drawFace({ identity: 3, expression: 'fear', take: 1 }, 48);
  expect(worst(batch.subarray(48 * 48 * 3, 2 * 48 * 48 * 3), packed)).toBe(0);

  const sheet = await datasets.call('contactSheet', { id: summary.id, count: 10, size: 24 });
  expect(sheet.tiles).toHaveLength(10);
  expect(sheet.tiles.every(tile => tile.pixels.length === 24 * 24 * 4 && tile.pixels[3] === 255)).toBe(true);
});

test('the worker opens JPEG caricatures and photos in colour', async () => {
  const { datasets, pixels } = startWorker();
  const summary = await datasets.call('open', {
    source: zipSource(await caviZip({ people: 4, each: 2, size: 32 })),
  });
  expect(summary.modalities).toEqual({ caricature: 8, photo: 8 });
  const batch = await pixels.call('pixels', { id: summary.id, indices: [0], size: 32 });
  const channel = (c: number) => mean(batch.filter((_, i) => i % 3 === c));
  expect(channel(0)).toBeGreaterThan(channel(2) + 3); // skin is warmer than gray
});

test('an image whose header is sound but whose data is cut rejects with its path when it is needed', async () => {
  const { datasets, pixels } = startWorker();
  const good = await encodePng(face, size, size);
  const files = ['ann/1.png', 'ann/2.png', 'bob/1.png', 'bob/2.png'].map(
    (path, i) => [path, i === 2 ? good.slice(0, 40) : good] as const,
  );
  const { id } = await datasets.call('open', { source: zipSource(await zipOf(files)) });
  await pixels.call('pixels', { id, indices: [0, 1, 3], size: 16 });
  await expect(pixels.call('pixels', { id, indices: [0, 2], size: 16 })).rejects.toMatchObject({
    code: 'dataset/decode',
    message: expect.stringContaining('bob/1.png'),
  });
});
