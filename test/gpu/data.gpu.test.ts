import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { isImage } from '../../workers/data/archive/paths';
import { decodeImage } from '../../workers/data/images/decode';
import type { Decoder } from '../../workers/data/images/decoder';
import { DECODERS } from '../../workers/data/images/decoders';
import { readImageHeader } from '../../workers/data/images/imageHeader';
import { createLibrary } from '../../workers/data/library';
import type { DatasetApi, DatasetEvent, PixelsApi } from '../../workers/protocol/dataset';
import { labelOf } from '../../workers/protocol/labelColumns';
import { connect, Transfer } from '../../workers/protocol/link';
import { asFile, caviZip, ck48Zip, utf8, zipOf } from '../fixtures/archives';
import { drawFace } from '../fixtures/faces';
import { encodeJpeg, encodePng } from '../fixtures/images';

const size = 32;
const face = drawFace({ identity: 3, expression: 'happy', take: 0, colour: true }, size);
const worst = (a: Uint8Array, b: Uint8Array) =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? 0))), 0);
const mean = (bytes: Uint8Array) => bytes.reduce((sum, value) => sum + value, 0) / bytes.length;

/** The dataset worker as the page starts it, and a port such as the training worker gets. */
function startWorker(onEvent?: (event: DatasetEvent) => void) {
  const worker = new Worker(new URL('../../workers/dataset.worker.ts', import.meta.url), { type: 'module' });
  onTestFinished(() => worker.terminate());
  const datasets = connect<DatasetApi, DatasetEvent>(worker, onEvent);
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

test('a sound picture that the browser refuses once is no damaged one', async () => {
  const refusing = vi.spyOn(globalThis, 'createImageBitmap').mockRejectedValueOnce(new Error('no memory'));
  onTestFinished(() => refusing.mockRestore());
  expect(worst(await decodeImage('a.png', await encodePng(face, size, size), size), face)).toBe(0);
  expect(refusing).toHaveBeenCalledTimes(2);
});

test('the worker opens a CK+48 zip, and its pixels are the pictures that were packed', async () => {
  const { datasets, pixels } = startWorker();
  const phases = new Set<string>();
  const summary = await datasets.call(
    'open',
    { source: zipSource(await ck48Zip({ subjects: 20, sequencesPerSubject: 2, size: 48 })) },
    { onProgress: value => phases.add((value as { phase: string }).phase) },
  );
  expect(summary).toMatchObject({ layout: 'ck48', images: 120, sequences: 40, skipped: [] });
  expect(Object.keys(summary.counts.identity)).toHaveLength(20);
  expect(phases).toEqual(new Set(['listing', 'reading', 'checking']));

  const { samples, columns } = await pixels.call('index', { id: summary.id });
  const wanted = samples.findIndex(sample => sample.path === 'fear/S019_001_00000016.png');
  expect(labelOf(columns.identity, wanted)).toBe('S019');
  const { bytes: batch } = await pixels.call('pixels', { id: summary.id, indices: [0, wanted, 1], size: 48 });
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
  expect(summary.counts.modality).toEqual({ caricature: 8, photo: 8 });
  const { bytes: batch } = await pixels.call('pixels', { id: summary.id, indices: [0], size: 32 });
  const channel = (c: number) => mean(batch.filter((_, i) => i % 3 === c));
  expect(channel(0)).toBeGreaterThan(channel(2) + 3); // skin is warmer than gray
});

test('a picture with a sound header and a broken body is found when it is wanted, and the rest is read and shown', async () => {
  const events: DatasetEvent[] = [];
  const { datasets, pixels } = startWorker(event => events.push(event));
  const [png, jpeg] = [await encodePng(face, size, size), encodeJpeg(face, size, size)];
  const files = [
    ['ann/1.png', png],
    ['ann/2.png', png],
    ['bob/1.png', png.slice(0, 40)],
    ['bob/2.png', png.slice(0, png.length >> 1)],
    ['bob/3.jpg', jpeg.slice(0, jpeg.length >> 1)],
    ['bob/4.png', png],
    ['bob/5.png', png],
  ] as const;
  const summary = await datasets.call('open', { source: zipSource(await zipOf(files)) });
  expect(summary).toMatchObject({ images: 7, skipped: [] });
  const sheet = await datasets.call('contactSheet', { id: summary.id, count: 10, size: 16 });
  expect(sheet.tiles).toHaveLength(4);
  const { bytes, damaged } = await pixels.call('pixels', { id: summary.id, indices: [6, 4, 2, 3], size });
  expect(damaged).toEqual([2, 3, 4]);
  expect(worst(bytes.subarray(0, face.length), face)).toBe(0);
  expect(new Set(bytes.subarray(face.length))).toEqual(new Set([0]));
  const skipped = events.flatMap(event => event.skipped).toSorted((a, b) => (a.path < b.path ? -1 : 1));
  expect(skipped).toEqual(
    ['bob/1.png', 'bob/2.png', 'bob/3.jpg'].map(path => ({
      path,
      reason: 'cannot be decoded: its first bytes are sound, but its picture is damaged',
    })),
  );
});

test('a file that goes bad after opening costs the contact sheet its tile, and a batch says which it is', async () => {
  const good = await encodePng(face, size, size);
  // The file from the picker changes on disk: it is whole when it is opened, and is cut short later.
  let cut = false;
  const changing = asFile('1.png', good);
  changing.slice = (from = 0, to = good.length) => new Blob([good.slice(from, cut ? Math.min(to, 60) : to)]);
  changing.arrayBuffer = async () => good.slice(0, cut ? 60 : undefined).buffer;
  const files = ['ann/1.png', 'ann/2.png', 'bob/1.png', 'bob/2.png'].map((path, i) => ({
    path,
    file: i === 2 ? changing : asFile(path, good),
  }));
  const { dataset, pixels } = createLibrary();
  const call = { signal: new AbortController().signal, progress() {} };
  const opened = await dataset.open({ source: { kind: 'files', files } }, call);
  const { id } = opened instanceof Transfer ? opened.value : opened;
  cut = true;
  const sheet = await dataset.contactSheet({ id, count: 10, size: 16 }, call);
  const { tiles } = sheet instanceof Transfer ? sheet.value : sheet;
  expect(tiles.map(({ path }) => path)).not.toContain('bob/1.png');
  expect(tiles).toHaveLength(3);
  const batch = await pixels.pixels({ id, indices: [0, 2], size: 16 }, call);
  expect((batch instanceof Transfer ? batch.value : batch).damaged).toEqual([2]);
});

describe('decoders', () => {
  const entries = Object.entries<Decoder>(DECODERS);
  const pictures = async () => [
    await encodePng(face, size, size),
    encodeJpeg(face, size, size),
    await webp(),
    bmp(),
    gif(),
  ];
  const recognising = (bytes: Uint8Array) => entries.filter(([, decoder]) => decoder.recognises(bytes));

  test('one and only one decoder recognises each picture, none recognises other bytes', async () => {
    for (const picture of await pictures()) expect(recognising(picture)).toHaveLength(1);
    for (const other of [new Uint8Array(), new Uint8Array(100), utf8('<!doctype html>'), utf8('version 1')])
      expect(recognising(other)).toEqual([]);
  });

  test.each(entries)(
    '%s: label and endings; a square of the size asked for; damage rejects',
    async (_, decoder) => {
      expect(decoder.label).not.toBe('');
      for (const ending of decoder.endings) expect(isImage(`a.${ending.toUpperCase()}`)).toBe(true);
      const own = (await pictures()).filter(picture => decoder.recognises(picture));
      expect(own.length).toBeGreaterThan(0);
      for (const picture of own) {
        expect(decoder.problem(picture)).toBeNull();
        const bitmap = await decoder.decode(picture, 5);
        expect([bitmap.width, bitmap.height]).toEqual([5, 5]);
        bitmap.close();
        await expect(decoder.decode(picture.slice(0, 30), 5)).rejects.toThrow();
      }
    },
  );
});

/** The left half is red and the right half blue. */
const halves = Uint8Array.from({ length: 8 * 8 * 3 }, (_, i) => {
  const left = Math.floor(i / 3) % 8 < 4;
  return i % 3 === (left ? 0 : 2) ? 255 : 0;
});

async function webp() {
  const context = new OffscreenCanvas(8, 8).getContext('2d');
  if (!context) throw new Error('no 2D canvas');
  context.fillStyle = '#f00';
  context.fillRect(0, 0, 4, 8);
  context.fillStyle = '#00f';
  context.fillRect(4, 0, 4, 8);
  const blob = await context.canvas.convertToBlob({ type: 'image/webp', quality: 1 });
  expect(blob.type).toBe('image/webp');
  return new Uint8Array(await blob.arrayBuffer());
}

/** A BMP with BITMAPINFOHEADER and 24 bits for each pixel. Rows go from the bottom up, and blue comes first. */
function bmp() {
  const bytes = new Uint8Array(54 + halves.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, 54, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, 8, true);
  view.setInt32(22, 8, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  // All rows are the same, so only the order of the channels has to be reversed.
  for (let i = 0; i < halves.length; i++) bytes[54 + i] = halves[i - (i % 3) + 2 - (i % 3)] ?? 0;
  return bytes;
}

/** Two colours in codes of 3 bits; a clear code before every second pixel keeps the codes at that width. */
function gif() {
  const [clear, end] = [4, 5];
  const codes: number[] = [];
  for (let pixel = 0; pixel < 64; pixel++) {
    if (pixel % 2 === 0) codes.push(clear);
    codes.push(pixel % 8 < 4 ? 0 : 1);
  }
  codes.push(end);
  const data = new Uint8Array(Math.ceil((codes.length * 3) / 8));
  codes.forEach((code, i) => {
    for (let bit = 0; bit < 3; bit++)
      if (code & (1 << bit))
        data[(3 * i + bit) >> 3] = (data[(3 * i + bit) >> 3] ?? 0) | (1 << ((3 * i + bit) & 7));
  });
  return Uint8Array.of(
    ...[...'GIF89a'].map(letter => letter.charCodeAt(0)),
    ...[8, 0, 8, 0, 0x80, 0, 0, 255, 0, 0, 0, 0, 255],
    ...[0x2c, 0, 0, 0, 0, 8, 0, 8, 0, 0, 2, data.length, ...data, 0, 0x3b],
  );
}

describe('formats besides PNG and JPEG open through the header check and decode to their picture', () => {
  test.each([
    ['webp', webp, 8],
    ['bmp', bmp, 0],
    ['gif', gif, 0],
  ] as const)('%s', async (format, build, tolerance) => {
    const picture = await build();
    expect(readImageHeader(picture)).toEqual({ format, width: 8, height: 8 });
    const { datasets, pixels } = startWorker();
    const files = ['ann/a', 'ann/b', 'bob/a', 'bob/b'].map(path => [`${path}.${format}`, picture] as const);
    const { id, skipped } = await datasets.call('open', { source: zipSource(await zipOf(files)) });
    expect(skipped).toEqual([]);
    const { bytes } = await pixels.call('pixels', { id, indices: [3], size: 8 });
    // WebP is lossy and halves its colours' resolution: the two columns at the edge are left out.
    const inside = (_: number, i: number) => tolerance === 0 || ![3, 4].includes(Math.floor(i / 3) % 8);
    expect(worst(bytes.filter(inside), halves.filter(inside))).toBeLessThanOrEqual(tolerance);
  });
});
