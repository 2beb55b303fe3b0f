/** @file Bounded concurrency over a list. */

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
  const waiting: { weight: number; begin: () => void }[] = [];
  let underWay = 0;
  const admit = () => {
    for (let next = waiting[0]; next; next = waiting[0]) {
      if (underWay > 0 && underWay + next.weight > capacity) return;
      waiting.shift();
      underWay += next.weight;
      next.begin();
    }
  };
  return async (weight, work) => {
    await new Promise<void>(begin => {
      waiting.push({ weight, begin });
      admit();
    });
    try {
      return await work();
    } finally {
      underWay -= weight;
      admit();
    }
  };
}
