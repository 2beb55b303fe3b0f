import { expect, test } from 'vitest';
import type { Entry } from '../../../../workers/data/archive/entry';
import { buildIndex } from '../../../../workers/data/buildIndex';
import { LAYOUTS } from '../../../../workers/data/layouts/layouts';

const entry = (path: string, text = ''): Entry => {
  const read = async () => new TextEncoder().encode(text);
  return { path, byteLength: text.length, bytes: read, head: read };
};
const read = (csv: string, ...images: string[]) =>
  LAYOUTS.manifest.read(
    [entry('data/manifest.csv', csv), ...images.map(path => entry(path))],
    new AbortController().signal,
  );
const failure = (csv: string) => read(csv, 'data/a.png').then(() => 'nothing', String);

test('every column is read', async () => {
  const { samples } = await read(
    'path,identity,expression,modality,split,fold,sequence,frame\na.png,Ann,joy,Real,val,3,s1,7\n',
    'data/a.png',
  );
  expect(samples[0]).toMatchObject({
    labels: { identity: 'Ann', expression: 'happiness', modality: 'photo' },
    split: 'validation',
    fold: 3,
    sequence: 'Ann/s1',
    frame: 7,
  });
});

test('empty fields and missing columns are no labels', async () => {
  const { samples } = await read('path,identity\na.png,\n', 'data/a.png');
  expect(samples[0]).toMatchObject({
    labels: { identity: null, expression: null, modality: null },
    split: null,
    fold: null,
  });
});

test('paths count from the manifest or from the top, in any letter case, with either slash', async () => {
  const { samples } = await read(
    'path\nsub\\A.png\ndata/b.png\n./c.png\n',
    'data/sub/a.png',
    'data/b.png',
    'data/c.png',
  );
  expect(samples.map(sample => sample.image.path)).toEqual(['data/sub/a.png', 'data/b.png', 'data/c.png']);
});

test('numbers become expressions through label_map', async () => {
  const { samples } = await read(
    'path,expression,label_map\na.png,1,0=neutral;1=angry\nb.png,0,\n',
    'data/a.png',
    'data/b.png',
  );
  expect(samples.map(sample => sample.labels.expression)).toEqual(['anger', 'neutral']);
});

test.each([
  [
    'a typing error',
    'path,expression\na.png,joy\na.png,hapy\n',
    'manifest.csv line 3: expression "hapy" is none of anger, contempt',
  ],
  [
    'a number without label_map',
    'path,expression\na.png,3\n',
    'manifest.csv line 2: expression 3 is a number',
  ],
  ['a label_map that is no map', 'path,label_map\na.png,one\n', 'manifest.csv line 2: label_map "one"'],
  [
    'two label_maps that disagree',
    'path,label_map\na.png,1=joy\nb.png,1=fear\n',
    'line 3: label_map says 1=fear',
  ],
  ['a fold that is no number', 'path,fold\na.png,first\n', 'manifest.csv line 2: fold "first"'],
  ['an unknown split', 'path,split\na.png,maybe\n', 'manifest.csv line 2: split "maybe"'],
  [
    'no path column',
    'file,identity\na.png,Ann\n',
    'manifest.csv line 1: no column is called path (found: file, identity)',
  ],
  ['an empty path', 'path,identity\n,Ann\n', 'manifest.csv line 2: the path is empty'],
  ['an empty file', '', 'manifest.csv line 1: the file is empty'],
])('%s is refused with its line', async (_, csv, sentence) => {
  expect(await failure(csv)).toContain(sentence);
});

test('rows without a file, files without a row and rows given twice are listed', async () => {
  const { samples, skipped } = await read('path\na.png\ngone.png\nA.png\n', 'data/a.png', 'data/extra.png');
  expect(samples).toHaveLength(1);
  expect(skipped).toEqual([
    { path: 'gone.png', reason: expect.stringMatching(/line 3.*no such file/) },
    { path: 'A.png', reason: expect.stringMatching(/twice.*line 4 after line 2/) },
    { path: 'data/extra.png', reason: 'not listed in manifest.csv' },
  ]);
});

test('a further column becomes labels under its name in lower case; an empty field is no label', async () => {
  const { samples, notes } = await read(
    'path,Age Group,glasses\na.png,old,yes\nb.png,young,\nc.png, old ,yes\n',
    'data/a.png',
    'data/b.png',
    'data/c.png',
  );
  expect(samples.map(({ labels }) => [labels['age group'], labels.glasses])).toEqual([
    ['old', 'yes'],
    ['young', null],
    ['old', 'yes'],
  ]);
  expect(notes).toEqual([]);
});

test('a column without a value that comes twice is no label, and that and unused landmarks are told', async () => {
  const { samples, notes } = await read(
    'path,url,empty,landmarks\na.png,x/1,,1 2\nb.png,x/2,,3 4\n',
    'data/a.png',
    'data/b.png',
  );
  expect(Object.keys(samples[0]?.labels ?? {}).toSorted()).toEqual(['expression', 'identity', 'modality']);
  expect(notes.join(' ')).toMatch(
    /another value in the column url, so it is no label.*landmarks are not used/,
  );
});

test('a column called like a method of objects is a label like any other', async () => {
  const { samples } = await read(
    'path,constructor,__proto__\na.png,x,y\nb.png,x,y\n',
    'data/a.png',
    'data/b.png',
  );
  const index = buildIndex('test', 'manifest', { samples });
  const names = Object.entries(index.columns).map(([name, column]) => [name, column.names]);
  expect(names.slice(3)).toEqual([
    ['__proto__', ['y']],
    ['constructor', ['x']],
  ]);
});
