import { describe, expect, test } from 'vitest';
import { formatX } from '../../../src/charts/formatX';
import { describeChart, latestValues } from '../../../src/charts/summary';
import { defaultChartView } from '../../../src/charts/types';
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

test('long step ticks are short', () => {
  expect([0, 500, 20_000].map(x => formatX(x, 'step'))).toEqual(['0', '500', '20k']);
});
