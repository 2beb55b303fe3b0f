import * as v from 'valibot';
import { expect, test } from 'vitest';
import { rowColumns, rowSchema } from '../../../../workers/data/layouts/manifestRow';

const empty = Object.fromEntries(rowColumns.map(column => [column, '']));
const schema = rowSchema(new Map([['3', 'fear']]));
const problem = (cells: Record<string, string>) =>
  v.safeParse(schema, { ...empty, path: 'a.png', ...cells }).issues?.[0].message;

test('empty cells are no labels, and nothing but the path is needed', () => {
  const { path, ...rest } = v.parse(schema, { ...empty, path: '.\\im\\a.png' });
  expect(path).toBe('im/a.png');
  expect(new Set(Object.values(rest))).toEqual(new Set([null]));
  expect(problem({ path: './' })).toBe('the path is empty.');
});

test('words and numbers become canonical labels', () => {
  const cells = {
    path: 'a.png',
    expression: '3',
    modality: 'Cartoon',
    split: 'Val',
    fold: '07',
    frame: '12',
  };
  expect(v.parse(schema, { ...empty, ...cells })).toMatchObject({
    ...{ expression: 'fear', modality: 'caricature', split: 'validation', fold: 7, frame: 12 },
  });
});

test('what cannot be read is named with its value', () => {
  expect(problem({ expression: '4' })).toMatch(/^expression 4 is a number/);
  expect(problem({ expression: 'hapy' })).toMatch(/^expression "hapy" is none of anger/);
  expect(problem({ frame: '1.5' })).toBe('frame "1.5" is not a whole number.');
  expect(problem({ split: 'maybe' })).toBe('split "maybe" is none of train, validation, test.');
});
