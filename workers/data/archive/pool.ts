/** @file Bounded concurrency: over a list, and by weight. */
import { Semaphore } from 'async-mutex';

/** Calls `work` on every item, at most `limit` at once; results in the order of the items. The first failure stops the rest. */
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
 * Runs work in the order of arrival while the weights of what is under way stay within `capacity`; what is heavier than
 * that runs alone.
 */
export function weighted(capacity: number): <R>(weight: number, work: () => Promise<R>) => Promise<R> {
  const semaphore = new Semaphore(capacity);
  return (weight, work) => semaphore.runExclusive(work, Math.min(Math.max(weight, 1), capacity));
}
