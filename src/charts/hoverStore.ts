/**
 * @file The hover position that all charts share. It is kept outside React, so that a moving mouse redraws the
 * cross-hairs and not the charts.
 */

export interface HoverStore {
  get(): number | null;
  /** Sets the position. `x` is in the unit of the x axis, or null when the mouse is not over a chart. */
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

/** The store that every chart of the page uses if it has no other. */
export const sharedHover = createHoverStore();
