import { expect, test } from 'vitest';
import { curveWords, scoredWhen, sideWords, splitWords } from '../../../../src/views/watch/scoreWords';

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

test('a score says its step, its side, and what it had to leave out', () => {
  const evaluation = { step: 1200, side: 'test', samples: 40, results: {} } as const;
  expect(scoredWhen(evaluation)).toBe('at step 1,200 on test images');
  expect(scoredWhen({ ...evaluation, side: 'validation' })).toBe('at step 1,200 on validation images');
  expect(scoredWhen({ ...evaluation, damaged: 1 })).toBe(
    'at step 1,200 on test images, without 1 damaged image',
  );
});

test('sides are named once each', () => {
  expect(sideWords('validation')).toBe('on validation images');
  expect(sideWords('test', 'test')).toBe('on test images');
  expect(sideWords('validation', 'test', 'validation')).toBe('on validation and test images');
});

test('a chart says which of its sides is a line and which is a ring', () => {
  const line = (side: 'validation' | 'test') => ({ side, joined: true });
  const ring = { side: 'test', joined: false } as const;
  expect(curveWords([line('test'), line('test')])).toBe('Measured on test images.');
  expect(curveWords([line('validation')])).toBe('Measured on validation images.');
  expect(curveWords([line('validation'), ring, line('validation'), ring])).toBe(
    'Lines are measured on validation images, rings on test images.',
  );
  expect(curveWords([ring])).toBe('Rings are measured on test images.');
});
