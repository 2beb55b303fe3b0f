/** How threads share the commands of a step. That they compute the same bits, `test/gpu/threads.gpu.test.ts` checks. */
import { expect, test } from 'vitest';
import type { Command } from '../../../workers/wasm/recorder';
import { partOf, segmentsOf } from '../../../workers/wasm/sharing';

test('the parts of all threads are the whole range once, in order', () => {
  for (const range of [0, 1, 2, 5, 16, 63, 64, 65, 1000, 12_289])
    for (const threads of [1, 2, 3, 4, 7]) {
      const items = Array.from({ length: threads }, (_, thread) => {
        const [from, to] = partOf(range, thread, threads);
        return Array.from({ length: to - from }, (_, i) => from + i);
      });
      expect(items.flat()).toEqual(Array.from({ length: range }, (_, i) => i));
    }
});

const run = () => undefined;
const plain: Command = { label: 'plain', run };
/** A product of `rows` × 576 × 64. */
const product = (rows: number): Command => ({
  label: 'product',
  run,
  call: { kernel: 'product', numbers: [0, 0, 3, 192, 0, 64, 0], range: rows },
});

test('large kernels are shared, small ones and plain work are one thread’s, and the order stays', () => {
  const [large, small] = [product(1000), product(1)];
  const segments = segmentsOf([plain, small, large, large, plain, large]);
  expect(
    segments.map(segment =>
      segment.kind === 'alone' ? segment.commands.length : segment.meetAfter ? 'shared, met' : 'shared',
    ),
  ).toEqual([2, 'shared', 'shared, met', 1, 'shared, met']);
});

test('a step of nothing is no segment', () => {
  expect(segmentsOf([])).toEqual([]);
});
