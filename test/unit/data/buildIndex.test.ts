import { expect, test } from 'vitest';
import { buildIndex, fingerprint } from '../../../workers/data/buildIndex';
import type { Layout, RawSample } from '../../../workers/data/layouts/layout';

/** A layout whose pictures are rows of a table, with everything that a layout may say. */
const table: Layout = {
  label: 'A table of pixels',
  detect: () => 1,
  async read() {
    const samples = ['row 2', 'row 3', 'row 4'].map(
      (path, i): RawSample => ({
        image: { path, bytes: async () => new Uint8Array([i]) },
        labels: { identity: i < 2 ? 'Ann' : 'Bo', expression: null, modality: null },
        ...{ sequence: null, frame: null, split: null, fold: i % 2 },
        ...(i === 1 && {
          landmarks: [[3, 4.5] as const],
          box: { left: 1, top: 2, width: 30, height: 40 },
        }),
      }),
    );
    return {
      samples,
      ...{ skipped: [], notes: [] },
      pairs: [
        { first: 'row 3', second: 'row 2', same: true, fold: 1 },
        { first: 'row 4', second: 'row 2', same: false, fold: null },
        { first: 'row 4', second: 'row 9', same: false, fold: 2 },
      ],
      gallery: [{ path: 'row 2', fold: null }],
      probe: [
        { path: 'row 9', fold: 1 },
        { path: 'row 4', fold: 1 },
      ],
    };
  },
};

test('pairs, folds, gallery, probe, landmarks and boxes of a layout arrive, by the numbers of their samples', async () => {
  const read = await table.read([], new AbortController().signal);
  const index = buildIndex('faces', 'table', read);
  expect(index.samples.map(({ path, fold }) => [path, fold])).toEqual([
    ['row 2', 0],
    ['row 3', 1],
    ['row 4', 0],
  ]);
  expect(index.samples[1]).toMatchObject({
    landmarks: [[3, 4.5]],
    box: { left: 1, top: 2, width: 30, height: 40 },
  });
  expect(index.samples[0]).not.toHaveProperty('landmarks');
  expect(index.pairs).toEqual([
    { first: 1, second: 0, same: true, fold: 1 },
    { first: 2, second: 0, same: false, fold: null },
  ]);
  expect(index.gallery).toEqual([{ sample: 0, fold: null }]);
  expect(index.probe).toEqual([{ sample: 2, fold: 1 }]);
});

test('what a layout does not say is missing, and so never read as an empty list', async () => {
  const { samples } = await table.read([], new AbortController().signal);
  const index = buildIndex('faces', 'table', { samples });
  expect(Object.keys(index).sort()).toEqual(['columns', 'layout', 'name', 'samples']);
  expect(fingerprint(index)).toMatch(/^[0-9a-f]{32}$/);
});
