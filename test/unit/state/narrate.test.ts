import { expect, test } from 'vitest';
import { narrate } from '../../../src/state/narrate';
import { newRun, reduceRun } from '../../../src/state/runs';
import { rows, summary, update } from './fakes';

const runWith = (...weights: number[]) =>
  reduceRun(newRun(summary()), {
    kind: 'update',
    update: update({ rows: rows(...weights.map((weight, i) => [i + 1, weight] as const)) }),
    now: 0,
  });

test('before the first step it says where the run is', () => {
  expect(narrate(newRun(summary()))).toBe('Ready at step 0.');
  expect(narrate(newRun(summary({ phase: 'preparing' })))).toContain('Compiling the network');
});

test('a leader is named with its share and whether its task is the hard one', () => {
  expect(narrate(runWith(0.5, ...Array(15).fill(0.74)))).toBe(
    'Identity carries 74 % of the weight: the hardest right now, by its loss.',
  );
  expect(narrate(runWith(0.5, ...Array(15).fill(0.001)))).toBe(
    'Expression carries over 99 % of the weight: the easy one right now, by its loss.',
  );
});

test('a swap is told with its step and who carries the weight now', () => {
  expect(narrate(runWith(...Array(15).fill(0.7), ...Array(15).fill(0.2)))).toBe(
    'Swapped at step 16: Identity handed over to Expression. Expression now carries 80 %.',
  );
});

test('a lead that has not held yet is told as taking over', () => {
  const weights = [...Array(15).fill(0.7), ...Array(15).fill(0.2), 0.6];
  expect(narrate(runWith(...weights))).toContain('Identity is taking over, with 60 %.');
});

test('weights that never move are called fixed', () => {
  expect(narrate(runWith(...Array(5).fill(0.5)))).toBe('Every task keeps the same weight.');
  expect(narrate(runWith(...Array(5).fill(0.7)))).toBe('Identity holds 70 % of the weight, fixed.');
  expect(narrate(runWith(...Array(5).fill(1)))).toBe('Identity has all the weight, the others none.');
});

test('a failed run tells its error', () => {
  const failed = reduceRun(runWith(0.5), { kind: 'failed', code: 'x', message: 'The loss is NaN.' });
  expect(narrate(failed)).toBe('Stopped by an error: The loss is NaN.');
});

test('weights within the margin are level, and a lead is told before it has held', () => {
  expect(narrate(runWith(0.5, 0.505))).toBe('Level: no task leads.');
  expect(narrate(runWith(0.5, 0.6))).toContain('Identity carries 60 %');
});

test('while it compiles it counts the programs', () => {
  const compiling = reduceRun(newRun(summary()), {
    kind: 'update',
    update: update({ compiling: { ready: 12, all: 190 } }),
    now: 0,
  });
  expect(narrate(compiling)).toBe('Compiling the network: 12 of 190 GPU programs.');
  expect(narrate({ ...compiling, phase: 'stopped' }), 'stopped, it waits for none').not.toContain(
    'Compiling',
  );
});
