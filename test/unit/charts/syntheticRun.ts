/** @file Makes a run whose values are given by functions, for tests of the charts. */
import type { RunSeries, SeriesKind } from '../../../src/charts/types';

export function syntheticRun(
  length: number,
  value: (kind: SeriesKind, task: number, i: number) => number,
  rest: Partial<RunSeries> = {},
): RunSeries {
  return {
    runId: 'a',
    runName: 'lively-otter',
    weighting: 'dynamic',
    methodLabel: 'Proposed',
    tasks: [
      { id: 'identity', label: 'identity' },
      { id: 'expression', label: 'expression' },
    ],
    length,
    step: i => i + 1,
    elapsedMs: i => (i + 1) * 100,
    value,
    version: length,
    ...rest,
  };
}
