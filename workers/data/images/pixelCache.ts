/** @file Decoded pixels by least recent use, bounded in bytes, so that later epochs do not decode again. */
import { LRUCache } from 'lru-cache';

/** CK+48 at 48 px takes 7 MB, CaVI at 96 px 320 MB; beyond this, epochs decode again rather than fill the memory. */
export const defaultCacheBytes = 512 * 2 ** 20;

export interface PixelCache {
  /** Kept bytes, or those that `load` makes. Two requests for one key at a time load once. */
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
  // Not the cache's own `fetch`: what it loads counts as an entry, and dropping one would reject who waits for it.
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
        // `drop` may have forgotten it meanwhile.
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
