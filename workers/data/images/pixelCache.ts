/** @file Decoded pixels by least recent use, bounded in bytes, so that later epochs do not decode again. */

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
  // A Map iterates in insertion order: re-inserting on use makes its first key the least recently used.
  const kept = new Map<string, Uint8Array>();
  const loading = new Map<string, Promise<Uint8Array>>();
  let byteLength = 0;

  const remove = (key: string) => {
    byteLength -= kept.get(key)?.length ?? 0;
    kept.delete(key);
  };
  const keep = (key: string, pixels: Uint8Array) => {
    if (pixels.length > capacity) return;
    remove(key);
    kept.set(key, pixels);
    byteLength += pixels.length;
    for (const oldest of kept.keys()) {
      if (byteLength <= capacity) break;
      remove(oldest);
    }
  };

  return {
    get byteLength() {
      return byteLength;
    },
    async get(key, load) {
      const found = kept.get(key);
      if (found) {
        kept.delete(key);
        kept.set(key, found);
        return found;
      }
      const pending = loading.get(key);
      if (pending) return pending;
      const promise = load();
      loading.set(key, promise);
      try {
        const pixels = await promise;
        // `drop` may have forgotten it meanwhile.
        if (loading.get(key) === promise) keep(key, pixels);
        return pixels;
      } finally {
        if (loading.get(key) === promise) loading.delete(key);
      }
    },
    drop(prefix) {
      for (const key of [...kept.keys()]) if (key.startsWith(prefix)) remove(key);
      for (const key of [...loading.keys()]) if (key.startsWith(prefix)) loading.delete(key);
    },
  };
}
