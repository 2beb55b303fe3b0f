import { expect, test } from 'vitest';
import { type Evaluation, type Result, withEvaluation } from '../../../workers/protocol/results';

const area: Result = { kind: 'scalar', label: 'Area', about: 'A.', format: 'number', figure: { value: 0.4 } };
const table: Result = { kind: 'table', label: 'T', about: 'B.', why: null, columns: ['a'], rows: [['x']] };
const at = (step: number, results: Record<string, Result> = { area, table }): Evaluation => ({
  step,
  side: 'test',
  samples: 9,
  results,
});

test('evaluations stand in the order of their steps, one a step, the later one winning', () => {
  const all = [at(20), at(10), at(20, { area })].reduce<Evaluation[]>(withEvaluation, []);
  expect(all).toEqual([at(10, { area }), at(20, { area })]);
});

test('only the evaluation of the last step keeps its pictures', () => {
  const all = [at(30), at(10), at(20)].reduce<Evaluation[]>(withEvaluation, []);
  expect(all).toEqual([at(10, { area }), at(20, { area }), at(30)]);
});

test('neither the list nor what is added changes', () => {
  const old = Object.freeze([Object.freeze(at(10))]);
  withEvaluation(old, Object.freeze(at(20)));
  expect(old).toEqual([at(10)]);
});

test('two sides scored at one step are two evaluations, one side scored twice is the later one', () => {
  const validated: Evaluation = { ...at(4), side: 'validation' };
  const all = [validated, at(4), { ...at(4), samples: 3 }].reduce<readonly Evaluation[]>(withEvaluation, []);
  expect(all.map(({ step, side, samples }) => [step, side, samples])).toEqual([
    [4, 'validation', 9],
    [4, 'test', 3],
  ]);
});
