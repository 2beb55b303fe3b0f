import { expect, test } from 'vitest';
import { interleave } from '../../../workers/bench/interleave';

test('contestants take turns; a fast one warms up and is measured more often', async () => {
  const order: string[] = [];
  const contestant = (id: string, ms: number) => ({
    ...{ id, ms },
    enter: async () => order.push(`${id} enters`),
    run: async () => {
      order.push(id);
      return 1;
    },
  });
  const samples = await interleave([contestant('slow', 100), contestant('fast', 19)], 0);
  expect(order).toEqual(['slow enters', 'slow', 'fast enters', ...Array(21).fill('fast')]);
  expect([...samples.values()].map(list => list.length)).toEqual([1, 20]);
});

test('the time until the work is issued is told from the time until it is done', async () => {
  const run = () =>
    new Promise<number>(resolve => {
      const until = performance.now() + 5;
      while (performance.now() < until);
      setTimeout(() => resolve(2), 20);
    });
  const samples = await interleave([{ id: 'slow', ms: 25, enter: async () => undefined, run }], 0);
  const [sample] = samples.get('slow') ?? [];
  // There are two pieces of work, so each gets half the time.
  expect(sample?.jsMs).toBeGreaterThanOrEqual(2.5);
  expect((sample?.ms ?? 0) - (sample?.jsMs ?? 0)).toBeGreaterThan(5);
});
