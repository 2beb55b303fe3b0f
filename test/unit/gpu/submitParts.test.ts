import { expect, test } from 'vitest';
import { SubmitParts } from '../../../workers/gpu/capture/submitParts';

test('a replay that nobody has timed goes in parts of 64 commands; later ones by the fastest, a second each', () => {
  const parts = new SubmitParts(635, false);
  expect(parts.count).toBe(10);
  parts.took(20_400);
  expect(parts.count).toBe(21);
  parts.took(2300);
  parts.took(9000);
  expect(parts.count).toBe(3);
  parts.took(1.5);
  expect(parts.count).toBe(1);
  expect(new SubmitParts(64, false).count).toBe(1);
  expect(new SubmitParts(65, false).count).toBe(2);
});

test('a GPU in software gets one submit, however long it takes', () => {
  const parts = new SubmitParts(635, true);
  expect(parts.count).toBe(1);
  parts.took(60_000);
  expect(parts.count).toBe(1);
});
