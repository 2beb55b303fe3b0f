import { describe, expect, test } from 'vitest';
import type { ChosenTask } from '../../../workers/protocol/taskList';
import { columnNeed, fewestClasses } from '../../../workers/protocol/taskNeeds';

const labels: Readonly<Record<string, readonly string[]>> = {
  identity: ['Ann', 'Bob'],
  expression: ['happy', 'sad'],
  age: ['old', 'young'],
  glasses: ['no'],
};
const task = (column: string, filter: ChosenTask['filter'] = null): ChosenTask => ({
  column,
  filter,
  embeds: false,
});
const needIn =
  (columns: Readonly<Record<string, readonly string[]>>) => (column: string, filter?: ChosenTask['filter']) =>
    columnNeed(task(column, filter ?? null), name => columns[name] ?? []);
const need = needIn(labels);

test('a column with two classes or more can be trained, embedding or not', () => {
  expect(fewestClasses).toBe(2);
  for (const column of ['identity', 'expression', 'age']) expect(need(column)).toBeNull();
  expect(columnNeed({ ...task('age'), embeds: true }, name => labels[name] ?? [])).toBeNull();
});

describe('a column that is not there is missed in its own words, with what to do:', () => {
  const nothing = needIn({});
  test.each([
    ['identity', /^no image says who it shows\. .*identity column\.$/],
    ['expression', /^the expression task has no labels\. .*expression column\.$/],
    ['age', /^the age task has no labels\. Add a manifest\.csv with a column called age\.$/],
  ])('%s', (column, sentence) => expect(nothing(column)).toMatch(sentence));
});

describe('a column with one class is told which one it is:', () => {
  const single = needIn({ identity: ['Ann'], expression: ['happy'], glasses: ['no'] });
  test.each([
    ['identity', 'all labelled images show one person (Ann); telling people apart needs at least two.'],
    [
      'expression',
      'the expression task needs at least two expressions: all labelled images show one (happy).',
    ],
    ['glasses', 'the glasses task needs at least two classes: all labelled images are no.'],
  ])('%s', (column, sentence) => expect(single(column)).toBe(sentence));
});

describe('a filter', () => {
  test('by a class that is there is no hindrance, though its column has that one alone', () => {
    expect(need('identity', { column: 'age', is: 'old' })).toBeNull();
    expect(need('identity', { column: 'glasses', is: 'no' })).toBeNull();
  });

  test('by a class that is not there names those that are; letter case matters', () => {
    const sentence = 'one task sees only images whose age is Old; this has old, young.';
    expect(need('identity', { column: 'age', is: 'Old' })).toBe(sentence);
  });

  test('by a column that is not there says so', () => {
    expect(need('identity', { column: 'hat', is: 'red' })).toBe(
      'one task sees only images whose hat is red; this has no such labels.',
    );
  });

  test('is looked at only after the task’s own column', () => {
    expect(need('hat', { column: 'hat', is: 'red' })).toMatch(/^the hat task has no labels/);
    expect(need('glasses', { column: 'hat', is: 'red' })).toMatch(/^the glasses task needs/);
  });
});

test('a column called like a property of every object is one like any other', () => {
  for (const column of ['constructor', 'toString', '__proto__'])
    expect(columnNeed(task(column), () => [])).toBe(
      `the ${column} task has no labels. Add a manifest.csv with a column called ${column}.`,
    );
});
