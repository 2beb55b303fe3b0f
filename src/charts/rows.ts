/** @file Rows of a run along the chosen x axis. */
import type { ChartAxis, RunSeries } from './types';

/** Wall time needs to know when every run began; otherwise the axis falls back to elapsed time. */
export function usableAxis(axis: ChartAxis, runs: readonly RunSeries[]): ChartAxis {
  return axis === 'wall' && runs.some(run => run.startedAt === undefined) ? 'relative' : axis;
}

/** x of row `i`: steps, or ms (since the start, or since the epoch). Never falls as `i` grows. */
export function rowX(run: RunSeries, axis: ChartAxis, i: number): number {
  if (axis === 'step') return run.step(i);
  return axis === 'wall' ? (run.startedAt ?? 0) + run.elapsedMs(i) : run.elapsedMs(i);
}

/** First row with x ≥ `x`; `run.length` if there is none. d3's bisector wants an array, and rows are read in place. */
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

/** The row nearest to `x`, −1 in an empty run. */
export function nearestRow(run: RunSeries, axis: ChartAxis, x: number): number {
  const right = lowerBound(run, axis, x);
  if (right === 0) return run.length ? 0 : -1;
  if (right === run.length) return right - 1;
  return x - rowX(run, axis, right - 1) <= rowX(run, axis, right) - x ? right - 1 : right;
}

/** Rows to draw for the visible `[from, to]`, with one neighbour on either side so that lines reach the edge. */
export function visibleRows(run: RunSeries, axis: ChartAxis, from: number, to: number): [number, number] {
  const first = lowerBound(run, axis, from);
  const last = lowerBound(run, axis, to);
  return [Math.max(0, first - 1), Math.min(run.length, last + 2)];
}
