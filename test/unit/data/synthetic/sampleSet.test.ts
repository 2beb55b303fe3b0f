import { inflateSync } from 'node:zlib';
import { BlobReader, TextWriter, Uint8ArrayWriter, ZipReader } from '@zip.js/zip.js';
import { describe, expect, test } from 'vitest';
import { sampleSet } from '../../../../workers/data/synthetic/sampleSet';
import { SAMPLE_SETS } from '../../../../workers/data/synthetic/sampleSets';
import { pictureHash, pictureHashes } from './pictureHashes';

const small = { seed: 5, identities: 2, perCell: 4 };
const count = (values: readonly unknown[], value: unknown) => values.filter(v => v === value).length;

describe('the index', () => {
  test('of the expression set holds 6 + 2 photos of every person and expression', () => {
    const { index } = sampleSet('sample-expression', SAMPLE_SETS['sample-expression'].defaults);
    expect(index.samples).toHaveLength(24 * 7 * 8);
    expect(index.columns.modality.names).toEqual(['photo']);
    expect(index.columns.expression.names).toEqual([
      'anger',
      'disgust',
      'fear',
      'happiness',
      'neutral',
      'sadness',
      'surprise',
    ]);
    const splits = index.samples.map(sample => sample.split);
    expect([count(splits, 'train'), count(splits, 'test')]).toEqual([24 * 7 * 6, 24 * 7 * 2]);
  });

  test('of the caricature set holds 3 + 1 pictures a cell and modality', () => {
    const { index } = sampleSet('sample-caricature', SAMPLE_SETS['sample-caricature'].defaults);
    expect(index.samples).toHaveLength(24 * 7 * 4 * 2);
    const test = [...index.samples.keys()].filter(i => index.samples[i]?.split === 'test');
    expect(test).toHaveLength(24 * 7 * 2);
    const modalities = test.map(i => index.columns.modality.values[i]);
    expect(count(modalities, 1)).toBe(24 * 7);
    expect(index.columns.modality.names).toEqual(['photo', 'caricature']);
  });

  test('names every picture once, by person, expression and modality', () => {
    const { index } = sampleSet('sample-caricature', small);
    const paths = index.samples.map(sample => sample.path);
    expect(new Set(paths).size).toBe(paths.length);
    expect(paths).toContain('S002/happiness/caricature_03.png');
  });

  test('refuses options it cannot draw, naming the value', () => {
    expect(() => sampleSet('sample-expression', { ...small, identities: 0 })).toThrow('identities = 0');
    expect(() => sampleSet('sample-expression', { ...small, perCell: 2.5 })).toThrow('perCell = 2.5');
    expect(() => sampleSet('sample-expression', { ...small, seed: Number.NaN })).toThrow('seed = NaN');
  });
});

describe('pixels', () => {
  test('are the same whether a picture is drawn alone or in sequence', () => {
    const inSequence = sampleSet('sample-caricature', small);
    const pictures = inSequence.index.samples.map((_, i) => inSequence.pixels(i, 32));
    for (const sample of [0, 13, 61, 111])
      expect(sampleSet('sample-caricature', small).pixels(sample, 32)).toEqual(pictures[sample]);
  });

  test('of the photo and expression sets agree, whatever else the set holds', () => {
    const one = sampleSet('sample-expression', small);
    const other = sampleSet('sample-caricature', { ...small, identities: 3, perCell: 8 });
    const path = 'S002/fear/photo_02.png';
    const draw = ({ index, pixels }: typeof one) =>
      pixels(
        index.samples.findIndex(sample => sample.path === path),
        32,
      );
    expect(draw(one)).toEqual(draw(other));
  });

  test('follow the seed', () => {
    const one = sampleSet('sample-expression', small).pixels(0, 32);
    expect(sampleSet('sample-expression', { ...small, seed: 6 }).pixels(0, 32)).not.toEqual(one);
  });

  test.each([32, 48, 96, 160])('fill a picture of %i px with light and dark', size => {
    const bytes = sampleSet('sample-caricature', small).pixels(4, size);
    expect(bytes).toHaveLength(size * size * 3);
    expect(Math.min(...bytes)).toBeLessThan(60);
    expect(Math.max(...bytes)).toBeGreaterThan(220);
  });

  test.each(pictureHashes)('of sample %i at %i px are the recorded ones', (sample, size, recorded) => {
    expect(pictureHash(sample, size)).toBe(recorded);
  });
});

describe('the zip', () => {
  test('holds a manifest row and a PNG for every sample, pixel for pixel', async () => {
    const set = sampleSet('sample-caricature', { seed: 5, identities: 1, perCell: 2 });
    const reader = new ZipReader(new BlobReader(await set.zip()), { useWebWorkers: false });
    const entries = (await reader.getEntries()).filter(entry => !entry.directory);
    expect(entries.map(entry => entry.filename)).toEqual([
      'manifest.csv',
      ...set.index.samples.map(sample => sample.path),
    ]);
    const rows = (await (entries[0] as (typeof entries)[0]).getData(new TextWriter())).trim().split('\n');
    expect(rows[0]).toBe('path,identity,expression,modality,split');
    expect(rows).toHaveLength(1 + set.index.samples.length);
    expect(rows).toContain('S001/disgust/caricature_01.png,S001,disgust,caricature,train');
    const file = await (entries[8] as (typeof entries)[0]).getData(new Uint8ArrayWriter());
    expect(decodePng(file)).toEqual(set.pixels(7, 96));
  });

  test('stops when asked to', async () => {
    const zip = sampleSet('sample-expression', small).zip(AbortSignal.abort());
    await expect(zip).rejects.toMatchObject({ name: 'AbortError' });
  });
});

/** Decodes what the encoder writes, by another inflate: one IDAT, filter "Sub". */
function decodePng(file: Uint8Array): Uint8Array {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const size = view.getUint32(16);
  const byteLength = view.getUint32(33);
  expect(new TextDecoder().decode(file.subarray(37, 41))).toBe('IDAT');
  const rows = inflateSync(file.subarray(41, 41 + byteLength));
  const rgb = new Uint8Array(size * size * 3);
  for (let y = 0; y < size; y++)
    for (let x = 0; x < 3 * size; x++) {
      const left = x < 3 ? 0 : (rgb[y * 3 * size + x - 3] as number);
      rgb[y * 3 * size + x] = (rows[y * (3 * size + 1) + 1 + x] as number) + left;
    }
  return rgb;
}
