/** @file The position all charts point at: outside React, so that a moving mouse redraws a cross-hair and no chart. */

export interface HoverStore {
  get(): number | null;
  /** `x` in the unit of the x axis, or null when nothing is pointed at. */
  set(x: number | null): void;
  subscribe(listener: () => void): () => void;
}

function createHoverStore(): HoverStore {
  let current: number | null = null;
  const listeners = new Set<() => void>();
  return {
    get: () => current,
    set(x) {
      if (x === current) return;
      current = x;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** What every chart of the page shares unless it is given its own. */
export const sharedHover = createHoverStore();
