/** @file Limits how much work is under way at once, by number or by weight. */
import { Semaphore } from 'async-mutex';

/**
 * Calls `work` for every item, at most `limit` at once. The results are in the order of the items. The first error stops
 * the rest.
 */
export async function mapLimited<T, R>(
  items: readonly T[],
  limit: number,
  signal: AbortSignal | undefined,
  work: (item: T, i: number) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  let failed = false;
  const lane = async () => {
    while (next < items.length && !failed) {
      signal?.throwIfAborted();
      const i = next++;
      try {
        results[i] = await work(items[i] as T, i);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
  return results;
}

/**
 * Runs work in the order of arrival. The weights of the work under way are together at most `capacity`. Work that is
 * heavier than that runs alone.
 */
export function weighted(capacity: number): <R>(weight: number, work: () => Promise<R>) => Promise<R> {
  const semaphore = new Semaphore(capacity);
  return (weight, work) => semaphore.runExclusive(work, Math.min(Math.max(weight, 1), capacity));
}
