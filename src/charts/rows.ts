/** @file Finds rows of a run by their position on the chosen x axis. */
import type { ChartAxis, RunSeries } from './types';

/**
 * The axis that can be shown. Wall time is possible only if the start of every run is known. Otherwise it is elapsed
 * time.
 */
export function usableAxis(axis: ChartAxis, runs: readonly RunSeries[]): ChartAxis {
  return axis === 'wall' && runs.some(run => run.startedAt === undefined) ? 'relative' : axis;
}

/** The x of row `i`, in steps, in ms since the start, or in ms since 1 January 1970. It never falls as `i` grows. */
export function rowX(run: RunSeries, axis: ChartAxis, i: number): number {
  if (axis === 'step') return run.step(i);
  return axis === 'wall' ? (run.startedAt ?? 0) + run.elapsedMs(i) : run.elapsedMs(i);
}

/**
 * The first row at `x` or after it, or `run.length` if there is none. d3's bisector needs an array, but rows are read in
 * place.
 */
export function lowerBound(run: RunSeries, axis: ChartAxis, x: number): number {
  let low = 0;
  let high = run.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rowX(run, axis, middle) < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The row nearest to `x`. It is −1 in an empty run. */
export function nearestRow(run: RunSeries, axis: ChartAxis, x: number): number {
  const right = lowerBound(run, axis, x);
  if (right === 0) return run.length ? 0 : -1;
  if (right === run.length) return right - 1;
  return x - rowX(run, axis, right - 1) <= rowX(run, axis, right) - x ? right - 1 : right;
}

/** The rows to draw for the visible `[from, to]`. One row is added on each side, so that the lines reach the edge. */
export function visibleRows(run: RunSeries, axis: ChartAxis, from: number, to: number): [number, number] {
  const first = lowerBound(run, axis, from);
  const last = lowerBound(run, axis, to);
  return [Math.max(0, first - 1), Math.min(run.length, last + 2)];
}
