/**
 * @file Computes what one chart draws from the runs and the view: lines, domains, ticks and notes. It has no side effects
 * except on the cache.
 */
import { nice, ticks } from 'd3-array';
import { type Domain, logDomain, logTicks, lossDomain, percentileDomain, timeTicks } from './domain';
import { lowerBound, rowX, usableAxis, visibleRows } from './rows';
import type { CachedSeries, SeriesCache } from './seriesCache';
import type { ChartAxis, ChartView, ChartZoom, RunSeries, SeriesKind } from './types';

export interface LineModel {
  key: string;
  run: RunSeries;
  /** The position in `runs`, which decides the dashes. */
  runIndex: number;
  task: number;
  taskLabel: string;
  series: CachedSeries;
  rawRows: readonly number[];
  smoothRows: readonly number[];
}

export interface ChartModel {
  kind: SeriesKind;
  axis: ChartAxis;
  lines: readonly LineModel[];
  /** The whole extent of the data on the x axis. */
  xExtent: Domain;
  xDomain: Domain;
  yDomain: Domain;
  yTicks: readonly number[];
  logY: boolean;
  /** Sentences that say what the picture leaves out. */
  notes: readonly string[];
}

export function isHidden(hidden: ReadonlySet<string>, runId: string, task: number): boolean {
  return hidden.has(runId) || hidden.has(`task/${task}`) || hidden.has(`${runId}/${task}`);
}

export function xTicks(domain: Domain, axis: ChartAxis, width: number): number[] {
  const count = Math.max(2, Math.floor(width / 64));
  if (axis !== 'step') return timeTicks(domain, count);
  return ticks(...domain, count).filter(Number.isInteger);
}

function xExtentOf(runs: readonly RunSeries[], axis: ChartAxis): Domain {
  const filled = runs.filter(run => run.length > 0);
  const first = Math.min(...filled.map(run => rowX(run, axis, 0)));
  const to = Math.max(...filled.map(run => rowX(run, axis, run.length - 1)));
  // The first row is at step 1, so the axis begins at 0. The first row of a resumed run may be much later.
  const isStart = axis !== 'wall' && filled.some(run => run.step(0) <= 1);
  const from = isStart ? 0 : first;
  // The end of the axis is a round number. So it changes only every few steps, and the axis is not redrawn between them.
  const [, end] = nice(from, to, 50);
  return [from, end > from ? end : from + 1];
}

function clampZoom(zoom: ChartZoom | null, extent: Domain): Domain {
  if (!zoom) return extent;
  const from = Math.max(zoom[0], extent[0]);
  const to = Math.min(zoom[1], extent[1]);
  return to > from ? [from, to] : extent;
}

/** Values of evenly spaced rows in the visible part. They are enough to know the percentiles of a long run. */
function sampleValues(lines: readonly LineModel[], axis: ChartAxis, domain: Domain): number[] {
  const values: number[] = [];
  for (const { run, series } of lines) {
    const from = lowerBound(run, axis, domain[0]);
    const to = lowerBound(run, axis, domain[1]);
    const stride = Math.max(1, Math.floor((to - from) / 500));
    for (let row = from; row < to; row += stride) values.push(series.raw(row));
  }
  return values;
}

function valueExtent(lines: readonly LineModel[], positive: boolean): Domain {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { series, rawRows } of lines)
    for (const row of rawRows) {
      const value = series.raw(row);
      if (!Number.isFinite(value) || (positive && value <= 0)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  return [low, high];
}

/** Computes the model of a chart. It is null when no run has a row yet. */
export function buildChartModel(
  runs: readonly RunSeries[],
  kind: SeriesKind,
  view: ChartView,
  zoom: ChartZoom | null,
  cache: SeriesCache,
): ChartModel | null {
  if (!runs.some(run => run.length > 0)) return null;
  cache.keepOnly(runs);
  const axis = usableAxis(view.axis, runs);
  const shown = runs.filter(run => !view.hidden.has(run.runId));
  const xExtent = xExtentOf(shown.some(run => run.length) ? shown : runs, axis);
  const xDomain = clampZoom(zoom, xExtent);

  const lines = runs.flatMap((run, runIndex) => {
    const [from, to] = visibleRows(run, axis, ...xDomain);
    return run.tasks.flatMap((task, n): LineModel[] => {
      if (isHidden(view.hidden, run.runId, n)) return [];
      const series = cache.get(run, kind, n, view.smoothing);
      const rawRows = series.rawRows(from, to);
      const smoothRows = series.smoothRows(from, to);
      return [
        {
          key: `${run.runId}/${n}`,
          run,
          runIndex,
          task: n,
          taskLabel: task.label,
          series,
          rawRows,
          smoothRows,
        },
      ];
    });
  });

  const notes: string[] = [];
  if (view.axis === 'wall' && axis !== 'wall') notes.push('no clock time was recorded: elapsed time shown');
  const extent = valueExtent(lines, view.logY);
  const middle =
    view.ignoreOutliers && kind === 'loss'
      ? percentileDomain(sampleValues(lines, axis, xDomain), view.logY)
      : null;
  // Weights are shares, so their axis always goes from 0 to 1, and two pictures can be compared.
  const yDomain: Domain =
    middle ??
    (view.logY
      ? logDomain(...extent)
      : kind === 'weight'
        ? [Math.min(0, extent[0]), Math.max(1, extent[1])]
        : lossDomain(...extent));
  if (middle) notes.push('outliers ignored: the middle 90 % sets the axis');
  if (view.logY && lines.some(({ series, rawRows }) => rawRows.some(row => series.raw(row) <= 0)))
    notes.push('values at or below 0 have no place on a log axis');
  const yTicks = view.logY ? logTicks(yDomain) : ticks(...yDomain, 5);
  return { kind, axis, lines, xExtent, xDomain, yDomain, yTicks, logY: view.logY, notes };
}
