/**
 * @file A cache of decoded pixels, so that later epochs do not decode again. Its bytes are limited, and the pixels that
 * were not used for the longest time are dropped first.
 */
import { LRUCache } from 'lru-cache';

/**
 * The limit in bytes. CK+48 at 48 px takes 7 MB, and CaVI at 96 px takes 320 MB. A larger dataset is decoded again in
 * each epoch.
 */
export const defaultCacheBytes = 512 * 2 ** 20;

export interface PixelCache {
  /** The bytes in the cache, or those that `load` gives. Two requests for one key at the same time load only once. */
  get(key: string, load: () => Promise<Uint8Array>): Promise<Uint8Array>;
  /** Forgets every key that starts with `prefix`. */
  drop(prefix: string): void;
  readonly byteLength: number;
}

export function pixelCache(capacity = defaultCacheBytes): PixelCache {
  const kept = new LRUCache<string, Uint8Array>({
    maxSize: capacity,
    sizeCalculation: pixels => Math.max(1, pixels.length),
  });
  // The cache's own `fetch` is not used: it counts loading bytes as an entry, and dropping that entry would reject the
  // waiting calls.
  const loading = new Map<string, Promise<Uint8Array>>();

  return {
    get byteLength() {
      return kept.calculatedSize;
    },
    async get(key, load) {
      const found = kept.get(key) ?? loading.get(key);
      if (found) return found;
      const promise = load();
      loading.set(key, promise);
      try {
        const pixels = await promise;
        // `drop` may have removed the key in the meantime.
        if (loading.get(key) === promise) kept.set(key, pixels);
        return pixels;
      } finally {
        if (loading.get(key) === promise) loading.delete(key);
      }
    },
    drop(prefix) {
      for (const cache of [kept, loading])
        for (const key of [...cache.keys()]) if (key.startsWith(prefix)) cache.delete(key);
    },
  };
}
