import { expect, test } from 'vitest';
import { curvesOf, figureOf, scoresOf } from '../../../src/state/scores';
import type { Evaluation, Result } from '../../../workers/protocol/results';

const tasks = ['identity', 'expression'].map(id => ({
  id,
  label: id.toUpperCase(),
  embeds: id === 'identity',
}));
const area: Result = { kind: 'scalar', label: 'Area', about: 'A.', format: 'number', figure: { value: 0.4 } };
const accuracy: Result = {
  ...{ kind: 'perTask', label: 'Accuracy', about: 'B.', format: 'percent' },
  figures: { expression: { value: null, why: 'No labels.' } },
};
const table: Result = { kind: 'table', label: 'T', about: 'C.', why: null, columns: ['a'], rows: [['x']] };
const evaluation = (results: Record<string, Result>): Evaluation => ({
  step: 3,
  side: 'test',
  samples: 9,
  results,
});

test('scores are the figures of all metrics, in their order; pictures are none', () => {
  const scores = scoresOf([undefined, evaluation({ accuracy, table, area })], tasks);
  expect(scores.map(({ id, label, tasks: own }) => [id, label, own.map(({ id: task }) => task)])).toEqual([
    ['accuracy', 'Accuracy', ['expression']],
    ['area', 'Area', []],
  ]);
});

test('what two runs have of one metric is joined, in the order of the tasks', () => {
  const other: Result = { ...accuracy, figures: { identity: { value: 1 } } };
  const [score] = scoresOf([evaluation({ accuracy }), evaluation({ accuracy: other })], tasks);
  expect(score?.tasks).toEqual(tasks);
});

test('a figure is found by metric and task, with the reason where it has no value', () => {
  const last = evaluation({ accuracy, area, table });
  expect(figureOf(last, 'area')).toEqual({ value: 0.4 });
  expect(figureOf(last, 'accuracy', 'expression')).toEqual({ value: null, why: 'No labels.' });
  expect(figureOf(last, 'accuracy', 'identity')).toBeUndefined();
  expect(figureOf(last, 'table')).toBeUndefined();
  expect(figureOf(undefined, 'area')).toBeUndefined();
});

const scored = (step: number, side: Evaluation['side'], value: number | null): Evaluation => {
  const figure = value === null ? { value, why: 'No labels.' } : { value };
  const results: Record<string, Result> = {
    area: { ...area, figure },
    accuracy: { ...accuracy, figures: { identity: figure } },
  };
  return { step, side, samples: 9, results };
};

test('a curve is of the validation side where there is one, and the test scores stand beside it', () => {
  const all = [scored(2, 'validation', 0.1), scored(4, 'validation', 0.5), scored(4, 'test', 0.25)];
  const expected = [
    {
      side: 'validation',
      joined: true,
      points: [
        { step: 2, value: 0.1 },
        { step: 4, value: 0.5 },
      ],
    },
    { side: 'test', joined: false, points: [{ step: 4, value: 0.25 }] },
  ];
  expect(curvesOf(all, 'area')).toEqual(expected);
  expect(curvesOf(all, 'accuracy', 'identity')).toEqual(expected);
  expect(curvesOf(all, 'accuracy', 'expression')).toEqual([]);
});

test('without a validation side the curve is of the test side, and names it', () => {
  expect(curvesOf([scored(2, 'test', 0.1), scored(4, 'test', null)], 'area')).toEqual([
    { side: 'test', joined: true, points: [{ step: 2, value: 0.1 }] },
  ]);
});
