/** @file Describes a chart in words: the text for screen readers, and the table of latest values. */

import { formatShare, formatValue } from '../format/numbers';
import { isHidden } from './chartModel';
import type { ChartView, RunSeries, SeriesKind, SwapEvent } from './types';

export interface LatestRow {
  run: string;
  task: string;
  step: number;
  value: string;
}

/**
 * The latest value of every visible line. Where the last batch had no label for a task, it is the last value before that.
 */
export function latestValues(runs: readonly RunSeries[], kind: SeriesKind, view: ChartView): LatestRow[] {
  return runs.flatMap(run =>
    run.tasks.flatMap((task, n): LatestRow[] => {
      if (run.length === 0 || isHidden(view.hidden, run.runId, n)) return [];
      let row = run.length - 1;
      while (row > 0 && row > run.length - 50 && Number.isNaN(run.value(kind, n, row))) row--;
      const value = run.value(kind, n, row);
      return [{ run: run.runName, task: task.label, step: run.step(row), value: formatValue(value) }];
    }),
  );
}

/** "Task weights. Proposed after 120 steps: identity .23, expression .77; 1 swap, at step 61." */
export function describeChart(
  runs: readonly RunSeries[],
  kind: SeriesKind,
  view: ChartView,
  swaps: readonly SwapEvent[],
): string {
  const title = kind === 'weight' ? 'Task weights' : 'Task losses';
  const sentences = runs.flatMap(run => {
    if (run.length === 0 || view.hidden.has(run.runId)) return [];
    const format = kind === 'weight' ? formatShare : (value: number) => value.toPrecision(3);
    const parts = run.tasks.flatMap((task, n) =>
      isHidden(view.hidden, run.runId, n)
        ? []
        : [`${task.label} ${format(run.value(kind, n, run.length - 1))}`],
    );
    const own = swaps.filter(swap => swap.runId === run.runId);
    const at = own
      .slice(-3)
      .map(swap => swap.step)
      .join(', ');
    const swapped =
      own.length === 0
        ? 'no swap'
        : `${own.length} ${own.length === 1 ? 'swap, at step' : 'swaps, last at'} ${at}`;
    return [`${run.methodLabel} after ${run.step(run.length - 1)} steps: ${parts.join(', ')}; ${swapped}.`];
  });
  return sentences.length ? `${title}. ${sentences.join(' ')}` : `${title}: nothing recorded yet.`;
}
