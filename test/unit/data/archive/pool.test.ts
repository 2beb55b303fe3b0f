import { expect, test } from 'vitest';
import { mapLimited, weighted } from '../../../../workers/data/archive/pool';

const pause = () => new Promise<void>(resolve => setTimeout(resolve, 1));

test('results keep the order of the items and no more than the limit run at once', async () => {
  let running = 0;
  let most = 0;
  const results = await mapLimited([3, 1, 2, 5, 4], 2, undefined, async n => {
    most = Math.max(most, ++running);
    for (let i = 0; i < n; i++) await pause();
    running--;
    return n * 10;
  });
  expect(results).toEqual([30, 10, 20, 50, 40]);
  expect(most).toBe(2);
});

test('weights under way stay within the capacity, what is heavier runs alone, all in order', async () => {
  const run = weighted(10);
  const weights = [4, 4, 4, 25, 1, 9, 10, 3];
  const begun: number[] = [];
  const underWay = new Set<number>();
  await Promise.all(
    weights.map((weight, i) =>
      run(weight, async () => {
        begun.push(i);
        underWay.add(i);
        const total = [...underWay].reduce((sum, k) => sum + (weights[k] ?? 0), 0);
        expect(total <= 10 || underWay.size === 1, `${[...underWay]}`).toBe(true);
        await pause();
        underWay.delete(i);
      }),
    ),
  );
  expect(begun).toEqual(weights.map((_, i) => i));
});

test('work that fails gives its weight back', async () => {
  const run = weighted(1);
  await expect(run(1, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await run(1, async () => 'next')).toBe('next');
});
