import { describe, expect, test } from 'vitest';
import type { Entry } from '../../../../workers/data/archive/entry';
import { isImage } from '../../../../workers/data/archive/paths';
import { expressionNames } from '../../../../workers/data/layouts/labels';
import { LAYOUTS, type LayoutId } from '../../../../workers/data/layouts/layouts';
import {
  type ArchiveFile,
  caviFiles,
  ck48Files,
  folderFiles,
  manifestFiles,
} from '../../../fixtures/archives';

/** One good archive for each layout. This is a type error until a new layout has one. */
const examples: Record<LayoutId, () => Promise<readonly ArchiveFile[]>> = {
  manifest: () => manifestFiles({ size: 8 }),
  ck48: () => ck48Files({ subjects: 3, sequencesPerSubject: 2, size: 8 }),
  cavi: () => caviFiles({ people: 3, each: 2, size: 8 }),
  folders: () => folderFiles({ size: 8 }),
};
const { signal } = new AbortController();

const entriesOf = (files: readonly ArchiveFile[]) =>
  files.map(([path, bytes]): Entry => {
    const read = async () => Uint8Array.from(bytes);
    return { path, byteLength: bytes.length, bytes: read, head: read };
  });

for (const id of Object.keys(LAYOUTS) as LayoutId[])
  describe(`layout ${id}`, () => {
    const layout = LAYOUTS[id];

    test('fits all images of its own archive', async () => {
      expect(layout.detect(entriesOf(await examples[id]()))).toBe(1);
    });

    test('fits nothing in an empty listing and in one without images', async () => {
      expect(layout.detect([])).toBe(0);
      const [readme] = entriesOf([['docs/readme.txt', new Uint8Array()]]);
      expect(layout.detect(readme ? [readme] : [])).toBe(0);
    });

    test('makes every image a sample with an identity, and canonical labels', async () => {
      const entries = entriesOf(await examples[id]());
      const { samples } = await layout.read(entries, signal);
      expect(samples).toHaveLength(entries.filter(entry => isImage(entry.path)).length);
      for (const sample of samples) {
        expect(sample.labels.identity).not.toBeNull();
        if (sample.labels.expression !== null) expect(expressionNames).toContain(sample.labels.expression);
        if (sample.labels.modality !== null)
          expect(['photo', 'caricature']).toContain(sample.labels.modality);
      }
    });

    test('accounts for every file exactly once: a sample, or left out with a reason', async () => {
      const stray: ArchiveFile[] = [
        ['stray.png', new Uint8Array(3)],
        ['a/b/c/d.tiff', new Uint8Array(3)],
      ];
      const entries = entriesOf([...(await examples[id]()), ...stray]);
      const { samples, skipped } = await layout.read(entries, signal);
      const own = entries.filter(entry => entry.path.endsWith('manifest.csv') && id === 'manifest');
      const told = [...samples.map(sample => sample.image.path), ...skipped.map(skip => skip.path)];
      expect(told.toSorted()).toEqual(
        entries
          .filter(entry => !own.includes(entry))
          .map(entry => entry.path)
          .toSorted(),
      );
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
