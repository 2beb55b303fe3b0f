import { expect, test } from 'vitest';
import { Recorder, type Row } from '../../../../workers/train/run/history';

const row = (step: number): Row => ({
  step,
  learningRate: 0.1,
  elapsedMs: step * 10,
  losses: [3 / step, 2],
  weights: [0.25, 0.75],
  accuracy: [Number.NaN, 0.5],
});

test('each row is handed out once, in the documented column order', () => {
  const recorder = new Recorder(['identity', 'expression']);
  recorder.add(row(1));
  expect([...recorder.takeNew().rows]).toEqual([1, 0.1, 10, 3, 2, 0.25, 0.75, Number.NaN, 0.5]);
  recorder.add(row(2));
  expect(recorder.takeNew().rows[0]).toBe(2);
  expect(recorder.takeNew().rows).toHaveLength(0);
});

test('a restored history equals the saved one and is no news', () => {
  const recorder = new Recorder(['identity', 'expression']);
  for (let step = 1; step <= 5; step++) recorder.add(row(step));
  recorder.addEvaluation({
    step: 5,
    accuracy: { identity: 0.4, expression: null },
    verificationAuc: 0.7,
    samples: 9,
    pairs: 36,
  });
  const copy = new Recorder(['identity', 'expression']);
  copy.restore(recorder.toHistory());
  expect(copy.toHistory()).toEqual(recorder.toHistory());
  const news = copy.takeNew();
  expect(news.rows).toHaveLength(0);
  expect(news.evaluations).toEqual([]);
  copy.add(row(6));
  expect(copy.takeNew().rows[0]).toBe(6);
});
