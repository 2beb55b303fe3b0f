import { describe, expect, test } from 'vitest';
import { formatX } from '../../../src/charts/formatX';
import { describeChart, latestValues } from '../../../src/charts/summary';
import { defaultChartView } from '../../../src/charts/types';
import { formatDuration, formatValue } from '../../../src/format/numbers';
import { syntheticRun } from './syntheticRun';

const run = syntheticRun(120, (kind, task) => (kind === 'weight' ? (task ? 0.77 : 0.23) : task ? 1.5 : 2.5));

describe('a chart in words', () => {
  test('says method, step, value of every task and the swaps', () => {
    expect(describeChart([run], 'weight', defaultChartView, [{ runId: 'a', step: 61, from: 0, to: 1 }])).toBe(
      'Task weights. Proposed after 120 steps: identity .23, expression .77; 1 swap, at step 61.',
    );
  });

  test('leaves out what is hidden', () => {
    const words = describeChart([run], 'loss', { ...defaultChartView, hidden: new Set(['task/0']) }, []);
    expect(words).toBe('Task losses. Proposed after 120 steps: expression 1.50; no swap.');
  });

  test('says when there is nothing yet', () => {
    expect(describeChart([], 'loss', defaultChartView, [])).toBe('Task losses: nothing recorded yet.');
  });

  test('the latest value looks back over batches without a label', () => {
    const gaps = syntheticRun(10, (_, __, i) => (i > 7 ? Number.NaN : i));
    expect(latestValues([gaps], 'loss', defaultChartView)[0]).toMatchObject({ step: 8, value: '7' });
  });
});

describe('numbers and times', () => {
  test('values keep six significant digits, however small, and never say NaN', () => {
    expect([0.00015, 0.123456789, 3.1, 1234.5678, 1.5e-7, Number.NaN].map(formatValue)).toEqual([
      '0.00015',
      '0.123457',
      '3.1',
      '1234.57',
      '1.5e-7',
      'no label',
    ]);
  });

  test('durations grow from seconds to hours', () => {
    expect([1234, 42_000, 245_000, 3_729_000].map(formatDuration)).toEqual([
      '1.2 s',
      '42 s',
      '4:05',
      '1:02:09',
    ]);
  });

  test('long step ticks are short', () => {
    expect([0, 500, 20_000].map(x => formatX(x, 'step'))).toEqual(['0', '500', '20k']);
  });
});
