import { expect, test } from 'vitest';
import { clockColumns, taskColumns } from '../../../../workers/protocol/columns';
import { Recorder } from '../../../../workers/train/run/history';

const tasks = ['identity', 'expression'].map(id => ({ id, label: id }));
const columns = [
  ...clockColumns,
  ...taskColumns('loss', 'Loss', tasks),
  ...taskColumns('accuracy', 'Accuracy', tasks),
];
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
  recorder.addEvaluation({
    step: 5,
    accuracy: { identity: 0.4, expression: null },
    verificationAuc: 0.7,
    samples: 9,
    pairs: 36,
  });
  const copy = new Recorder(columns);
  copy.restore(recorder.toHistory());
  expect(copy.toHistory()).toEqual(recorder.toHistory());
  const news = copy.takeNew();
  expect(news.rows).toHaveLength(0);
  expect(news.evaluations).toEqual([]);
  copy.add(row(6));
  expect(copy.takeNew().rows[0]).toBe(6);
});
