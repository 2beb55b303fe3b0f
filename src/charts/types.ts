/** @file The props of the charts and widgets. They are plain and read-only, and know no store and no worker. */

export interface ChartTask {
  id: string;
  label: string;
}

export type SeriesKind = 'loss' | 'weight';

/**
 * One run's history behind accessors, so that 100 000 rows are read in place and never copied into props.
 * `i` counts rows from 0 to `length − 1`; rows are only ever appended (a run that starts over is a new `runId`).
 */
export interface RunSeries {
  runId: string;
  runName: string;
  /** The id of the weighting strategy. */
  weighting: string;
  methodLabel: string;
  tasks: readonly ChartTask[];
  length: number;
  step(i: number): number;
  /** The training time up to row `i` in milliseconds, without pauses. */
  elapsedMs(i: number): number;
  /** The value of a task in row `i`. It is NaN where the batch had no labelled sample for the task. */
  value(kind: SeriesKind, task: number, i: number): number;
  /** Changes when rows were appended. */
  version: number;
  /** The time of row 0 in milliseconds since 1 January 1970. Without it the wall axis shows the run by its elapsed time. */
  startedAt?: number;
}

/** The largest weight passed from task `from` to task `to` at `step`. */
export interface SwapEvent {
  runId: string;
  step: number;
  from: number;
  to: number;
}

export type ChartAxis = 'step' | 'relative' | 'wall';

export interface ChartView {
  /** The share of the past in the debiased exponential mean, from 0 to 0.999. With 0 the raw values are shown. */
  smoothing: number;
  axis: ChartAxis;
  logY: boolean;
  ignoreOutliers: boolean;
  /** What the legend has switched off: `runId`, `runId/task` with the index of the task, or `task/n`. */
  hidden: ReadonlySet<string>;
}

export type ChartLayout = 'overlay' | 'sideBySide';

/** Props of `WeightsChart` and `LossesChart`. */
export interface TaskChartProps {
  runs: readonly RunSeries[];
  swaps: readonly SwapEvent[];
  view: ChartView;
  layout: ChartLayout;
  /**
   * Called when a legend entry was pressed; `key` is what `view.hidden` would hold. Without it the legend is not
   * interactive.
   */
  onToggle?: (key: string) => void;
  /** The visible part of the x axis in its own unit (steps or ms), or null for everything. All charts share it. */
  zoom?: ChartZoom | null;
  /** Called when a range was dragged, or with null when "fit" was pressed. Without it the chart keeps its own zoom. */
  onZoom?: (zoom: ChartZoom | null) => void;
  /** The heading above the plot. There is none by default, because pages may have their own. */
  title?: string;
  /** The height of the plot in CSS pixels. */
  height?: number;
  /** Whether to show the legend; true by default. A page with two charts below each other may show only one legend. */
  legend?: boolean;
  /** The sentence of the empty state. */
  emptyText?: string;
}

export type ChartZoom = readonly [from: number, to: number];

export const defaultChartView: ChartView = {
  smoothing: 0.6,
  axis: 'step',
  logY: false,
  ignoreOutliers: false,
  hidden: new Set(),
};
