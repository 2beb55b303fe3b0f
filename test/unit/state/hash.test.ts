import { expect, test } from 'vitest';
import { printHash, readBackend, readHash, withBackend } from '../../../src/state/hash';
import { defaultSettings, resetSettings, withOption } from '../../../src/state/settings';
import { catalogue } from './fakes';

test('an empty hash is the defaults: the smallest preset and the first two methods', () => {
  expect(readHash('', catalogue)).toEqual({
    settings: defaultSettings(catalogue),
    dataset: null,
    startFrom: null,
    ignored: [],
  });
  expect(defaultSettings(catalogue)).toEqual({
    system: 'expression',
    preset: 'small',
    methods: ['one', 'two'],
    options: {},
  });
});

test('the defaults print as the seed alone', () => {
  expect(printHash({ settings: defaultSettings(catalogue), dataset: null, startFrom: null }, catalogue)).toBe(
    'seed=1',
  );
});

test('every kind of setting survives print and read', () => {
  const hash =
    'dataset=sample-expression&faces.seed=5&faces.identities=30&system=caricature&preset=big&methods=one,three&seed=7&steps=42&flip=false&optimizer=rmsprop&schedule=0:0.1,200:0.01&unit.sigma=0.25&three.weights=1,2,3&backend=cpu';
  const read = readHash(`#${hash}`, catalogue);
  expect(read.ignored).toEqual([]);
  expect(read.settings.options).toEqual({
    seed: 7,
    steps: 42,
    flip: false,
    optimizer: 'rmsprop',
    schedule: [
      [0, 0.1],
      [200, 0.01],
    ],
    'unit.sigma': 0.25,
    'three.weights': [1, 2, 3],
  });
  expect(read.dataset?.options).toMatchObject({ seed: 5, identities: 30 });
  expect(printHash(read, catalogue, readBackend(hash))).toBe(hash);
});

test('a value equal to the preset’s default is not printed, the seed always is', () => {
  const { settings } = readHash('#steps=300&seed=1', catalogue);
  expect(settings.options).toEqual({});
  const other = withOption(catalogue, { ...settings, preset: 'big' }, 'steps', 9000);
  expect(printHash({ settings: other, dataset: null, startFrom: null }, catalogue)).toBe('preset=big&seed=1');
});

test('options of a method that is not chosen are not printed', () => {
  const { settings } = readHash('#methods=three&unit.sigma=0.5', catalogue);
  expect(printHash({ settings, dataset: null, startFrom: null }, catalogue)).toBe('methods=three&seed=1');
});

test('options of an optimizer that is not chosen are not printed', () => {
  const print = (hash: string) =>
    printHash({ settings: readHash(hash, catalogue).settings, dataset: null, startFrom: null }, catalogue);
  expect(print('#epsilon=2')).toBe('seed=1');
  expect(print('#optimizer=rmsprop&epsilon=2')).toBe('seed=1&optimizer=rmsprop&epsilon=2');
});

test.each([
  ['nonsense=1', 'nonsense', 'is no setting'],
  ['steps=many', 'steps', 'must be a whole number from 1 to 10000000'],
  ['steps=1.5', 'steps', 'must be a whole number from 1 to 10000000'],
  ['steps=', 'steps', 'must be a whole number from 1 to 10000000'],
  ['flip=maybe', 'flip', 'must be true or false'],
  ['optimizer=adam', 'optimizer', 'must be one of sgd, rmsprop'],
  ['schedule=0:0.1,0:0.2', 'schedule', 'must have rising steps'],
  ['schedule=5', 'schedule', 'must be pairs of step:rate such as 0:0.1,200:0.01'],
  ['three.weights=1,x', 'three.weights', 'must be numbers from 0 to 10 with commas between them'],
  ['preset=huge', 'preset', 'must be one of big, small'],
  ['system=x', 'system', 'must be one of expression, caricature'],
  ['methods=one,four', 'methods', 'four is none of one, two, three'],
  ['methods=', 'methods', 'names no method'],
  ['dataset=lfw', 'dataset', 'must be one of sample-expression, sample-caricature'],
  ['faces.seed=2', 'faces.seed', 'needs dataset=sample-expression or dataset=sample-caricature'],
  [
    'faces.identities=501&dataset=sample-expression',
    'faces.identities',
    'must be a whole number from 2 to 500',
  ],
  ['faces.perCell=0&dataset=sample-expression', 'faces.perCell', 'must be a whole number from 1 to 100'],
  ['backend=cuda', 'backend', 'must be one of webgpu, wasm, webgl, cpu'],
  ['%E0%A4%A=1', '\uFFFD%A', 'is no setting'],
])('%s is ignored and named', (hash, key, reason) => {
  const read = readHash(`#${hash}&seed=9`, catalogue);
  expect(read.ignored).toEqual([{ key, reason }]);
  expect(read.settings.options).toEqual({ seed: 9 });
});

test('reset keeps the seed and the system', () => {
  const { settings } = readHash('#system=caricature&preset=big&seed=7&steps=42', catalogue);
  expect(resetSettings(catalogue, settings)).toEqual({
    ...defaultSettings(catalogue, 'caricature'),
    options: { seed: 7 },
  });
});

test('a checkpoint that the next runs start from is in the address, where this browser keeps it', () => {
  const read = readHash('#startFrom=after%20300', catalogue, ['before', 'after 300']);
  expect(read.startFrom).toBe('after 300');
  expect(printHash(read, catalogue)).toBe('seed=1&startFrom=after%20300');
  expect(readHash('#startFrom=lost', catalogue, ['before'])).toMatchObject({
    startFrom: null,
    ignored: [{ key: 'startFrom', reason: 'this browser keeps no checkpoint “lost”' }],
  });
});

test('another backend takes the place of the one in a hash, and none takes it out; the rest stays as it is', () => {
  expect(withBackend('#seed=1&backend=cpu&unit.sigma=0.1', 'wasm')).toBe(
    '#seed=1&unit.sigma=0.1&backend=wasm',
  );
  expect(withBackend('#backend=cpu&steps=9', null)).toBe('#steps=9');
  expect(withBackend('', 'webgl')).toBe('#backend=webgl');
});
