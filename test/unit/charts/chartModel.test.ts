import { describe, expect, test } from 'vitest';
import { buildChartModel, xTicks } from '../../../src/charts/chartModel';
import { linePath } from '../../../src/charts/linePath';
import { createFrame } from '../../../src/charts/plotFrame';
import { nearestRow } from '../../../src/charts/rows';
import { SeriesCache } from '../../../src/charts/seriesCache';
import { smooth } from '../../../src/charts/smooth';
import { type ChartView, defaultChartView, type RunSeries } from '../../../src/charts/types';
import { syntheticRun } from './syntheticRun';

const wave = (kind: string, task: number, i: number) =>
  kind === 'weight' ? 0.5 + (task ? -0.3 : 0.3) * Math.sin(i / 40) : 3 * Math.exp(-i / 200) + task;
const build = (
  runs: readonly RunSeries[],
  kind: 'loss' | 'weight',
  view: Partial<ChartView> = {},
  cache = new SeriesCache(),
) => buildChartModel(runs, kind, { ...defaultChartView, ...view }, null, cache);

describe('chart model', () => {
  test('without a row there is nothing to draw', () => {
    expect(build([syntheticRun(0, wave)], 'loss')).toBeNull();
  });

  test('has one line a task and run, less what is hidden', () => {
    const runs = [syntheticRun(50, wave), syntheticRun(50, wave, { runId: 'b' })];
    const keys = (hidden: string[]) =>
      build(runs, 'loss', { hidden: new Set(hidden) })?.lines.map(line => line.key);
    expect(keys([])).toEqual(['a/0', 'a/1', 'b/0', 'b/1']);
    expect(keys(['a'])).toEqual(['b/0', 'b/1']);
    expect(keys(['task/1'])).toEqual(['a/0', 'b/0']);
    expect(keys(['b/1'])).toEqual(['a/0', 'a/1', 'b/0']);
  });

  test('weights always stand on 0–1', () => {
    expect(build([syntheticRun(300, wave)], 'weight', { ignoreOutliers: true })?.yDomain).toEqual([0, 1]);
  });

  test('100 000 steps become at most 600 points a line', () => {
    const model = build([syntheticRun(100_000, wave)], 'loss');
    for (const line of model?.lines ?? []) {
      expect(line.rawRows.length).toBeLessThanOrEqual(600);
      expect(line.smoothRows.length).toBeLessThanOrEqual(600);
    }
  });

  test('rows that arrive later are smoothed as if they had come at once', () => {
    const cache = new SeriesCache();
    build([syntheticRun(100, wave)], 'loss', { smoothing: 0.9 }, cache);
    const model = build([syntheticRun(250, wave)], 'loss', { smoothing: 0.9 }, cache);
    const whole = smooth(
      Array.from({ length: 250 }, (_, i) => wave('loss', 0, i)),
      0.9,
    );
    expect(model?.lines[0]?.series.smooth(249)).toBe(whole[249]);
  });

  test('appending rows to a long run reads only the new rows for smoothing', () => {
    let reads = 0;
    const counted = (kind: string, task: number, i: number) => {
      reads++;
      return wave(kind, task, i);
    };
    const cache = new SeriesCache();
    build([syntheticRun(100_000, counted)], 'loss', {}, cache);
    reads = 0;
    build([syntheticRun(100_010, counted)], 'loss', {}, cache);
    // For each of two tasks: 10 new rows, the open block, and one read for each drawn point for the value axis.
    expect(reads).toBeLessThan(2 * 2500);
  });

  test('a shorter run under the same id starts over', () => {
    const cache = new SeriesCache();
    build([syntheticRun(100, wave)], 'loss', { smoothing: 0.9 }, cache);
    const model = build([syntheticRun(10, () => 7)], 'loss', { smoothing: 0.9 }, cache);
    expect(model?.lines[0]?.series.smooth(9)).toBeCloseTo(7, 12);
  });

  test('the wall axis falls back to elapsed time, and says so, when a start is unknown', () => {
    const model = build([syntheticRun(50, wave)], 'loss', { axis: 'wall' });
    expect(model?.axis).toBe('relative');
    expect(model?.notes.join()).toContain('elapsed time');
    expect(build([syntheticRun(50, wave, { startedAt: 1e12 })], 'loss', { axis: 'wall' })?.xDomain[0]).toBe(
      1e12 + 100,
    );
  });

  test('a log axis interrupts the line where the value is not positive, and says so', () => {
    const model = build([syntheticRun(3, (_, __, i) => [1, 0, 2][i] ?? 1)], 'loss', {
      logY: true,
      smoothing: 0,
    });
    const line = model?.lines[0];
    if (!model || !line) throw new Error('no line');
    const path = linePath(model, line, true, createFrame(model, 158, 144));
    expect(path.match(/M/g)).toHaveLength(2);
    expect(path).not.toContain('NaN');
    expect(model.notes.join()).toContain('log axis');
  });

  test('the x axis of a growing run ends on a round number that all rows are inside of', () => {
    const ends = [98_001, 98_500, 99_999].map(
      length => build([syntheticRun(length, wave)], 'loss')?.xDomain[1],
    );
    expect(ends).toEqual([100_000, 100_000, 100_000]);
    expect(build([syntheticRun(7, wave)], 'loss')?.xDomain).toEqual([0, 7]);
  });

  test('ticks of weights print without rounding noise', () => {
    expect(build([syntheticRun(50, wave)], 'weight')?.yTicks).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  });

  test('a gap interrupts a line and a lone point is a dot', () => {
    const values = [0.5, 0.25, Number.NaN, 0.75, Number.NaN];
    const model = build([syntheticRun(5, (_, __, i) => values[i] ?? 0)], 'weight', { smoothing: 0 });
    const line = model?.lines[0];
    if (!model || !line) throw new Error('no line');
    // 100 × 100 pixels inside the margins, x from step 0 to 5, y from 0 to 1.
    expect(linePath(model, line, false, createFrame(model, 158, 144))).toBe('M64,70L84,95M124,45Z');
  });

  test('step ticks are whole steps', () => {
    expect(xTicks([0, 3], 'step', 600).every(Number.isInteger)).toBe(true);
  });

  test('the nearest row is found at both ends and between rows', () => {
    const run = syntheticRun(100, wave, { step: i => i * 10 });
    expect([-50, 0, 14, 16, 990, 5000].map(x => nearestRow(run, 'step', x))).toEqual([0, 0, 1, 2, 99, 99]);
  });
});
