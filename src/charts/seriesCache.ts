/**
 * @file Keeps the smoothed values of a series, and the pyramids of raw and smoothed values, from one drawing to the next.
 */
import { MinMaxPyramid } from './decimate';
import { DebiasedMean } from './smooth';
import type { RunSeries, SeriesKind } from './types';

/** The raw and the smoothed values of one task of one run, each with its pyramid. */
export class CachedSeries {
  readonly kind: SeriesKind;
  readonly task: number;
  private run: RunSeries;
  private readonly rawPyramid: MinMaxPyramid;
  private mean = new DebiasedMean(0);
  private smoothed: number[] = [];
  private smoothPyramid: MinMaxPyramid;

  constructor(run: RunSeries, kind: SeriesKind, task: number) {
    this.run = run;
    this.kind = kind;
    this.task = task;
    this.rawPyramid = new MinMaxPyramid(row => this.raw(row));
    this.smoothPyramid = this.emptySmoothPyramid();
  }

  raw(row: number): number {
    return this.run.value(this.kind, this.task, row);
  }

  smooth(row: number): number {
    return this.mean.smoothing === 0 ? this.raw(row) : (this.smoothed[row] ?? Number.NaN);
  }

  get isSmoothed(): boolean {
    return this.mean.smoothing > 0;
  }

  /** Adds the rows that were appended since the last call. All rows are computed again only when `smoothing` changed. */
  update(run: RunSeries, smoothing: number): void {
    this.run = run;
    this.rawPyramid.extend(run.length);
    if (smoothing !== this.mean.smoothing) {
      this.mean = new DebiasedMean(smoothing);
      this.smoothed = [];
      this.smoothPyramid = this.emptySmoothPyramid();
    }
    if (!this.isSmoothed) return;
    for (let row = this.smoothed.length; row < run.length; row++)
      this.smoothed.push(this.mean.next(this.raw(row)));
    this.smoothPyramid.extend(run.length);
  }

  rawRows(from: number, to: number): number[] {
    return this.rawPyramid.pick(from, to);
  }

  smoothRows(from: number, to: number): number[] {
    return this.isSmoothed ? this.smoothPyramid.pick(from, to) : this.rawRows(from, to);
  }

  private emptySmoothPyramid(): MinMaxPyramid {
    return new MinMaxPyramid(row => this.smoothed[row] ?? Number.NaN);
  }
}

/** The cached series of one chart, by run and task. */
export class SeriesCache {
  private readonly series = new Map<string, { series: CachedSeries; length: number }>();

  get(run: RunSeries, kind: SeriesKind, task: number, smoothing: number): CachedSeries {
    const key = `${run.runId}/${kind}/${task}`;
    const cached = this.series.get(key);
    // If a run became shorter, it is another history under the same id.
    const series = cached && cached.length <= run.length ? cached.series : new CachedSeries(run, kind, task);
    series.update(run, smoothing);
    this.series.set(key, { series, length: run.length });
    return series;
  }

  /** Forgets runs that are gone. */
  keepOnly(runs: readonly RunSeries[]): void {
    for (const key of this.series.keys())
      if (!runs.some(run => key.startsWith(`${run.runId}/`))) this.series.delete(key);
  }
}
