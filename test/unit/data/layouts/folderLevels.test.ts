import { expect, test } from 'vitest';
import type { Entry } from '../../../../workers/data/archive/entry';
import { LAYOUTS } from '../../../../workers/data/layouts/layouts';

const none = async () => new Uint8Array();
const entries = (...paths: string[]) =>
  paths.map((path): Entry => ({ path, byteLength: 0, bytes: none, head: none }));
const read = (...paths: string[]) => LAYOUTS.folders.read(entries(...paths), new AbortController().signal);
const columns = async (...paths: string[]) =>
  (await read(...paths)).samples.map(s => [
    s.split,
    s.labels.expression,
    s.labels.modality,
    s.labels.identity,
  ]);
/** Every combination of folder names, two images each. */
const grid = (...levels: string[][]) =>
  levels
    .reduce<string[]>((paths, names) => paths.flatMap(path => names.map(name => `${path}${name}/`)), [''])
    .flatMap(path => [`${path}1.png`, `${path}2.png`]);

test('levels are read in any nesting: split, modality, expression, person', async () => {
  const found = await columns(
    ...grid(['train', 'test'], ['ann', 'bob'], ['Real', 'cartoon'], ['happy', 'sad']),
  );
  expect(found).toHaveLength(32);
  expect(found[0]).toEqual(['train', 'happiness', 'photo', 'ann']);
  expect(found.at(-1)).toEqual(['test', 'sadness', 'caricature', 'bob']);
});

test('a validation folder is a side of its own, with a test folder beside it or without', async () => {
  const splits = async (...names: string[]) =>
    new Set((await columns(...grid(names, ['ann', 'bob']))).map(([split]) => split));
  expect(await splits('train', 'val')).toEqual(new Set(['train', 'validation']));
  const withTest = await columns(...grid(['train', 'val', 'test'], ['ann', 'bob']));
  expect(withTest.map(([split]) => split)).toEqual([
    ...new Array(4).fill('train'),
    ...new Array(4).fill('validation'),
    ...new Array(4).fill('test'),
  ]);
});

test('a level of seven emotion words and three others is still expressions; the others get no label', async () => {
  const { samples } = await read(
    ...grid(['anger', 'disgust', 'fear', 'happy', 'sad', 'surprise', 'neutral', 'misc'], ['p1', 'p2']),
  );
  expect(samples.filter(s => s.labels.expression === null).map(s => s.labels.identity)).toEqual([
    'p1',
    'p1',
    'p2',
    'p2',
  ]);
});

test('file names hold the person where folders do not', async () => {
  expect(await columns('Ann_Lee_0001.jpg', 'Ann_Lee_0002.jpg', 'Bob_0001.jpg', 'Bob_0002.jpg')).toEqual([
    [null, null, null, 'Ann_Lee'],
    [null, null, null, 'Ann_Lee'],
    [null, null, null, 'Bob'],
    [null, null, null, 'Bob'],
  ]);
});

test('camera names are nobody: expressions without people open with a note', async () => {
  const { samples, notes } = await read('happy/img1.png', 'happy/img2.png', 'sad/img1.png', 'sad/img2.png');
  expect(samples.map(s => s.labels.identity)).toEqual([null, null, null, null]);
  expect(notes.join()).toMatch(/No identity was found/);
});

test('one name before every number in expression folders is nobody', async () => {
  const { samples } = await read(
    'happy/holiday1.png',
    'happy/holiday2.png',
    'sad/holiday1.png',
    'sad/holiday2.png',
  );
  expect(samples.map(s => [s.labels.identity, s.labels.expression])).toEqual([
    [null, 'happiness'],
    [null, 'happiness'],
    [null, 'sadness'],
    [null, 'sadness'],
  ]);
});

test('C00001 and P00001 tell caricature from photo', async () => {
  const paths = ['Ann', 'Bob'].flatMap(name => [`${name}/C00001.jpg`, `${name}/P00001.jpg`]);
  expect(await columns(...paths)).toEqual([
    [null, null, 'caricature', 'Ann'],
    [null, null, 'photo', 'Ann'],
    [null, null, 'caricature', 'Bob'],
    [null, null, 'photo', 'Bob'],
  ]);
});

test('numbered folders below a person are takes: their frames share a sequence', async () => {
  const { samples } = await read(...grid(['S005', 'S010', 'S011'], ['001', '002']));
  expect(samples.map(s => [s.labels.identity, s.sequence, s.frame]).slice(0, 3)).toEqual([
    ['S005', 'S005/001/', 1],
    ['S005', 'S005/001/', 2],
    ['S005', 'S005/002/', 1],
  ]);
});

test('frame1, frame2 of one folder are one sequence', async () => {
  const { samples } = await read('ann/frame1.png', 'ann/frame2.png', 'bob/frame1.png', 'bob/frame2.png');
  expect(new Set(samples.map(s => s.sequence)).size).toBe(2);
});

test('numbered expressions are not guessed: the error asks for words or a label_map', async () => {
  const paths = grid(['0', '1', '2', '3', '4', '5', '6']);
  expect(LAYOUTS.folders.detect(entries(...paths))).toBe(1);
  await expect(read(...paths)).rejects.toMatchObject({
    code: 'dataset/ambiguous-labels',
    message: expect.stringMatching(/0, 1, 2, 3, 4, 5, 6.*label_map/),
  });
});

test('numbered expressions beside people become a note, and no label', async () => {
  const { samples, notes } = await read(...grid(['ann', 'bob'], ['1', '2', '3', '4', '5', '6', '7']));
  expect(samples.every(s => s.labels.expression === null && s.labels.identity !== null)).toBe(true);
  expect(notes.join()).toMatch(/label_map/);
});

test('pictures in one heap say nothing and do not fit', () => {
  expect(LAYOUTS.folders.detect(entries('1.png', '2.png', '3.png'))).toBe(0);
});
