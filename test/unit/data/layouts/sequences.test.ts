import { describe, expect, test } from 'vitest';
import type { Entry } from '../../../../workers/data/archive/entry';
import { buildIndex } from '../../../../workers/data/buildIndex';
import type { Layout } from '../../../../workers/data/layouts/layout';
import { LAYOUTS } from '../../../../workers/data/layouts/layouts';
import { findSequences } from '../../../../workers/data/layouts/sequences';
import { type SplitBy, splitSamples } from '../../../../workers/samples/split';

const entry = (path: string, text = ''): Entry => {
  const read = async () => new TextEncoder().encode(text);
  return { path, byteLength: text.length, bytes: read, head: read };
};
const read = async (layout: Layout, entries: Entry[]) => {
  const { samples } = await layout.read(entries, new AbortController().signal);
  return buildIndex('test', 'test', { samples: findSequences(samples) });
};
const fromFolders = (paths: string[]) =>
  read(
    LAYOUTS.folders,
    paths.map(path => entry(path)),
  );
const sequencesOf = async (paths: string[]) =>
  (await fromFolders(paths)).samples.map(({ sequence }) => sequence);

/** Every combination of the levels, as in `P012/Anger/`. */
const cells = (...levels: string[][]) =>
  levels.reduce<string[]>(
    (above, names) => above.flatMap(path => names.map(name => `${path}${name}/`)),
    [''],
  );
const numbered = (folders: string[], numbers: number[], name = (_: string) => '') =>
  folders.flatMap(folder => numbers.map(n => `${folder}${name(folder)}${String(n).padStart(3, '0')}.jpeg`));
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

const people = ['P001', 'P002', 'P003', 'P004'];
const oulu = cells(people, ['Anger', 'Disgust', 'Happiness']);
const manifestOf = (columns: string, row: (person: string, expression: string, frame: number) => string) => {
  const rows = people.flatMap(person =>
    ['anger', 'joy'].flatMap(expression => upTo(5).map(frame => row(person, expression, frame))),
  );
  const images = rows.map(line => entry(line.split(',')[0] ?? ''));
  return read(LAYOUTS.manifest, [entry('manifest.csv', [columns, ...rows].join('\n')), ...images]);
};

const recordings = {
  'Oulu-CASIA, all frames': () => fromFolders(numbered(oulu, upTo(25))),
  'Oulu-CASIA, the first and the last three': () => fromFolders(numbered(oulu, [0, 21, 22, 23])),
  'Oulu-CASIA as the first paper repacked it': () =>
    fromFolders(numbered(oulu, upTo(6), folder => folder.replaceAll('/', '_'))),
  'expression above person': () => fromFolders(numbered(cells(['Anger', 'Fear'], people), upTo(4))),
  'a modality below both': () =>
    fromFolders(numbered(cells(people, ['Anger', 'Fear'], ['VL', 'NI']), upTo(4))),
  'a manifest with frame': () =>
    manifestOf('path,identity,expression,frame', (p, e, f) => `all/${p}${e}${f}.png,${p},${e},${f}`),
  'a manifest without frame, folders that say it': () =>
    manifestOf('path,identity,expression', (p, e, f) => `${p}/${e}/${f}.png,${p},${e}`),
  'a manifest with frame and no expression': () =>
    manifestOf('path,identity,frame', (p, e, f) => `${p}/${e}/${f}.png,${p},${f}`),
};

describe.each(Object.entries(recordings))('%s', (_, make) => {
  test('frames of one recording are on one side in every split mode, for every seed', async () => {
    const dataset = await make();
    const { samples } = dataset;
    const cell = (i: number) => `${samples[i]?.path.replace(/\d+\.\w+$/, '')}`;
    let heldOut = 0;
    for (const by of ['auto', 'sample', 'sequence', 'subject'] satisfies SplitBy[])
      for (const seed of upTo(20)) {
        const { train, test: held } = splitSamples(dataset, { by, testFraction: 0.25, seed });
        heldOut += held.length;
        const trained = new Set(train.map(cell));
        expect(
          held.map(cell).filter(name => trained.has(name)),
          `${by}, seed ${seed}`,
        ).toEqual([]);
      }
    expect(heldOut).toBeGreaterThan(0);
  });

  test('a declared split through a recording leaves all of it in training', async () => {
    const dataset = await make();
    const samples = dataset.samples.map((sample, i, all) => ({
      ...sample,
      // The last recording is held out as a whole; each of the others gives one frame.
      split:
        sample.sequence === all.at(-1)?.sequence || sample.sequence !== all[i - 1]?.sequence
          ? ('test' as const)
          : ('train' as const),
    }));
    const { columns } = dataset;
    const { test: held } = splitSamples(
      { samples, columns },
      { by: 'declared', testFraction: 0.25, seed: 1 },
    );
    expect(new Set(held.map(i => samples[i]?.sequence))).toEqual(new Set([samples.at(-1)?.sequence]));
  });

  test('every sample has a sequence and a frame number', async () => {
    for (const { sequence, frame } of (await make()).samples) {
      expect(sequence).not.toBeNull();
      expect(frame).toBeTypeOf('number');
    }
  });
});

describe('photos stay single', () => {
  const none = (paths: string[]) => new Array(paths.length).fill(null);
  test.each([
    ['LFW', ['Adam_Sandler', 'Uma_Thurman'].flatMap(p => upTo(5).map(n => `${p}/${p}_000${n}.jpg`))],
    ['CASIA-WebFace', numbered(cells(['0000045', '0000099']), upTo(9))],
    ['expression folders of nobody', numbered(cells(['happy', 'sad']), upTo(9))],
    [
      'names that say something',
      cells(['ann', 'bob'], ['joy', 'fear']).flatMap(c => [1, 2, 3].map(n => `${c}beach${n}.png`)),
    ],
    ['two takes of each', numbered(oulu, [1, 2])],
    ['catalogue numbers far apart', numbered(oulu, [4711, 90210, 150000])],
    [
      'people and modalities, no expression',
      numbered(cells(['ann', 'bob'], ['Real', 'Caricature']), upTo(6)),
    ],
  ])('%s', async (_, paths) => {
    expect(await sequencesOf(paths)).toEqual(none(paths));
  });

  test('a manifest in one folder, numbered through', async () => {
    const { samples } = await manifestOf(
      'path,identity,expression',
      (p, e, f) => `images/${people.indexOf(p) * 10 + (e === 'joy' ? 5 : 0) + f}.png,${p},${e}`,
    );
    expect(samples.every(({ sequence }) => sequence === null)).toBe(true);
  });
});

test('a sequence that the layout names is kept', async () => {
  const { samples } = await manifestOf(
    'path,identity,expression,sequence,frame',
    (p, e, f) => `${p}/${e}/${f}.png,${p},${e},${f % 2},${f}`,
  );
  expect(new Set(samples.map(({ sequence }) => sequence)).size).toBe(people.length * 2);
});
