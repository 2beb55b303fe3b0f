import { expect, test } from 'vitest';
import { clockColumns, taskColumns } from '../../../../workers/protocol/columns';
import type { Evaluation } from '../../../../workers/protocol/results';
import { Recorder } from '../../../../workers/train/run/history';

const tasks = ['identity', 'expression'].map(id => ({ id, label: id }));
const columns = [
  ...clockColumns,
  ...taskColumns('loss', 'Loss', tasks),
  ...taskColumns('accuracy', 'Accuracy', tasks),
];
const evaluation = (step: number): Evaluation => ({
  step,
  side: 'test',
  samples: 9,
  results: {
    area: { kind: 'scalar', label: 'Area', about: 'A.', format: 'number', figure: { value: 0.4 } },
    table: { kind: 'table', label: 'Table', about: 'B.', why: null, columns: ['a'], rows: [[step]] },
  },
});
const row = (step: number) => [step, 0.1, step * 10, 3 / step, 2, Number.NaN, 0.5];

test('each row is handed out once, in the order of the columns', () => {
  const recorder = new Recorder(columns);
  recorder.add(row(1));
  expect([...recorder.takeNew().rows]).toEqual(row(1));
  expect(recorder.lastStep).toBe(1);
  recorder.add(row(2));
  expect(recorder.takeNew().rows[0]).toBe(2);
  expect(recorder.takeNew().rows).toHaveLength(0);
});

test('a restored history equals the saved one and is no news', () => {
  const recorder = new Recorder(columns);
  for (let step = 1; step <= 5; step++) recorder.add(row(step));
  recorder.addEvaluation(evaluation(4));
  recorder.addEvaluation(evaluation(5));
  const copy = new Recorder(columns);
  copy.restore(recorder.toHistory());
  expect(copy.toHistory()).toEqual(recorder.toHistory());
  const news = copy.takeNew();
  expect(news.rows).toHaveLength(0);
  expect(news.evaluations).toEqual([]);
  copy.add(row(6));
  expect(copy.takeNew().rows[0]).toBe(6);
});

test('an evaluation is news once, and whole; its pictures are kept until the next one comes', () => {
  const recorder = new Recorder(columns);
  recorder.addEvaluation(evaluation(4));
  recorder.addEvaluation(evaluation(5));
  expect(recorder.takeNew().evaluations).toEqual([evaluation(4), evaluation(5)]);
  expect(recorder.takeNew().evaluations).toEqual([]);
  const kept = recorder.toHistory().evaluations.map(({ step, results }) => [step, Object.keys(results)]);
  expect(kept).toEqual([
    [4, ['area']],
    [5, ['area', 'table']],
  ]);
});
