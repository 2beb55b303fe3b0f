/** @file Passes on at most one update of each run per frame, however fast the worker steps. */
import type { RunUpdate } from '../../workers/protocol/runs';

/** Merges two updates of a run. Rows and evaluations are joined, and everything else is taken from the later update. */
function mergeUpdates(earlier: RunUpdate, later: RunUpdate): RunUpdate {
  const rows = new Float64Array(earlier.rows.length + later.rows.length);
  rows.set(earlier.rows);
  rows.set(later.rows, earlier.rows.length);
  return {
    ...later,
    rows,
    evaluations: [...earlier.evaluations, ...later.evaluations],
  };
}

/**
 * The interval in milliseconds while the page is hidden. A hidden page gets no animation frames, but its training goes
 * on.
 */
const hiddenIntervalMs = 500;

function nextFrame(run: () => void): void {
  if (typeof document === 'undefined' || document.visibilityState === 'hidden')
    setTimeout(run, hiddenIntervalMs);
  else requestAnimationFrame(run);
}

/** Returns a function that takes updates; `flush` gets them merged by run, once per `schedule`d turn. */
export function coalesceUpdates(
  flush: (updates: readonly RunUpdate[]) => void,
  schedule: (run: () => void) => void = nextFrame,
): (updates: readonly RunUpdate[]) => void {
  const waiting = new Map<string, RunUpdate>();
  return updates => {
    if (updates.length === 0) return;
    if (waiting.size === 0)
      schedule(() => {
        const merged = [...waiting.values()];
        waiting.clear();
        flush(merged);
      });
    for (const update of updates) {
      const earlier = waiting.get(update.id);
      waiting.set(update.id, earlier ? mergeUpdates(earlier, update) : update);
    }
  };
}
