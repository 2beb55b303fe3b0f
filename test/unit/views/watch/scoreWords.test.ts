import { expect, test } from 'vitest';
import { scoredWhen, splitWords } from '../../../../src/views/watch/scoreWords';

test('without a validation side there is one held-out split', () => {
  expect(splitWords({ train: 900, validation: 0, test: 300, rule: 'by sequence, seed 1' })).toBe(
    'the held-out split: 300 of 1,200 images, by sequence, seed 1',
  );
});

test('with a validation side the words say which side is scored when', () => {
  expect(splitWords({ train: 60, validation: 20, test: 40, rule: 'as the dataset declares it' })).toBe(
    'the validation side while a run trains (20 of 120 images), on the test side when it ends and when you ask (40 of 120 images), split as the dataset declares it',
  );
});

test('a score says its step, its side where that is validation, and what it had to leave out', () => {
  const evaluation = { step: 1200, side: 'test', samples: 40, results: {} } as const;
  expect(scoredWhen(evaluation)).toBe('at step 1,200');
  expect(scoredWhen({ ...evaluation, side: 'validation' })).toBe('at step 1,200, validation');
  expect(scoredWhen({ ...evaluation, damaged: 1 })).toBe('at step 1,200, without 1 damaged image');
});
