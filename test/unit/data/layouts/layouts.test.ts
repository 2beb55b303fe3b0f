import { describe, expect, test } from 'vitest';
import type { Entry } from '../../../../workers/data/archive/entry';
import { detectLayout } from '../../../../workers/data/layouts/detect';
import { expressionNames } from '../../../../workers/data/layouts/labels';
import { LAYOUTS, type LayoutId } from '../../../../workers/data/layouts/layouts';
import type { ArchiveFile } from '../../../fixtures/archives';
import type { LayoutExample } from '../../../fixtures/layoutExample';

const examples = import.meta.glob<LayoutExample>('../../../fixtures/layouts/*.ts', {
  eager: true,
  import: 'example',
});

function exampleOf(id: LayoutId): LayoutExample {
  const example = examples[`../../../fixtures/layouts/${id}.ts`];
  if (!example) throw new Error(`Give the layout an example: add test/fixtures/layouts/${id}.ts.`);
  return example;
}

const { signal } = new AbortController();

const entriesOf = (files: readonly ArchiveFile[]) =>
  files.map(([path, bytes]): Entry => {
    const read = async () => Uint8Array.from(bytes);
    return { path, byteLength: bytes.length, bytes: read, head: read };
  });

describe.each(Object.keys(LAYOUTS) as LayoutId[])('layout %s', id => {
  const layout = LAYOUTS[id];
  const entries = async (more: readonly ArchiveFile[] = []) =>
    entriesOf([...(await exampleOf(id).files()), ...more]);

  test('is the one that is found for its own archive', async () => {
    const found = detectLayout(await entries());
    expect(found.id).toBe(id);
    expect(layout.detect(await entries())).toBeLessThanOrEqual(1);
  });

  test('fits nothing in an empty listing and in one without images', async () => {
    expect(layout.detect([])).toBe(0);
    expect(layout.detect(entriesOf([['docs/readme.txt', new Uint8Array()]]))).toBe(0);
  });

  test('makes labelled samples with paths of their own, and calls expressions by their standard names', async () => {
    const { samples } = await layout.read(await entries(), signal);
    expect(samples.length).toBeGreaterThan(0);
    expect(new Set(samples.map(({ image }) => image.path)).size).toBe(samples.length);
    for (const { labels, image } of samples) {
      expect(Object.keys(labels)).toEqual(expect.arrayContaining(['identity', 'expression', 'modality']));
      const given = Object.values(labels).filter(label => label !== null);
      expect(given.length, `labels of ${image.path}`).toBeGreaterThan(0);
      expect(given).not.toContain('');
      if (labels.expression !== null) expect(expressionNames).toContain(labels.expression);
    }
  });

  test('accounts for every file exactly once: a sample, a table, or left out with a reason', async () => {
    const all = await entries([
      ['stray.png', new Uint8Array(3)],
      ['a/b/c/d.tiff', new Uint8Array(3)],
    ]);
    const { tables = [] } = exampleOf(id);
    const { samples, skipped } = await layout.read(all, signal);
    const paths = new Set(all.map(({ path }) => path));
    // Only a table may hold pictures that are no files.
    const fromFiles = samples
      .map(({ image }) => image.path)
      .filter(path => tables.length === 0 || paths.has(path));
    const told = [...fromFiles, ...skipped.map(({ path }) => path), ...tables];
    expect(told.toSorted()).toEqual([...paths].toSorted());
    for (const { reason } of skipped) expect(reason.length).toBeGreaterThan(8);
  });
});

test('CK+48 names give subject, sequence and frame', async () => {
  const { samples } = await LAYOUTS.ck48.read(
    entriesOf([['anger/S010_004_00000017.png', new Uint8Array()]]),
    signal,
  );
  expect(samples[0]).toMatchObject({
    labels: { identity: 'S010', expression: 'anger', modality: null },
    sequence: 'S010_004',
    frame: 17,
  });
});

test('CaVI takes names with (1), digits in any case, and calls its lists lists', async () => {
  const { samples, skipped } = await LAYOUTS.cavi.read(
    entriesOf([
      ['CaVI_Dataset/Caricature/Will_Smith/will_smith_c_16(1).jpg', new Uint8Array()],
      ['CaVI_Dataset/Real/will_smith/will_smith_r_2.jpg', new Uint8Array()],
      ['data_instances/training_11.txt', new Uint8Array()],
      ['train-test-files/complete_identity_list.txt', new Uint8Array()],
    ]),
    signal,
  );
  expect(samples.map(({ labels: { identity, modality } }) => [identity, modality])).toEqual([
    ['Will Smith', 'caricature'],
    ['will smith', 'photo'],
  ]);
  expect(skipped.map(skip => skip.reason)).toEqual(
    new Array(2).fill(expect.stringContaining('list of pairs')),
  );
});
