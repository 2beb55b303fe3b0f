import { describe, expect, test } from 'vitest';
import { smooth } from '../../../src/charts/smooth';

describe('debiased exponential mean', () => {
  test('the first smoothed value is the first value, whatever the smoothing', () => {
    for (const smoothing of [0, 0.5, 0.9, 0.999]) expect(smooth([3.4, 1], smoothing)[0]).toBeCloseTo(3.4, 10);
  });

  test('smoothing 0 changes nothing', () => {
    expect(smooth([3, 1, 4, 1, 5], 0)).toEqual([3, 1, 4, 1, 5]);
  });

  test('equals the weighted mean with weights smoothing^(n - 1 - k)', () => {
    const values = [2, -1, 0.5, 7, 3];
    const beta = 0.8;
    const expected = values.map((_, n) => {
      const weights = values.slice(0, n + 1).map((_, k) => beta ** (n - k));
      const sum = weights.reduce((a, b) => a + b);
      return weights.reduce((total, weight, k) => total + weight * (values[k] ?? 0), 0) / sum;
    });
    smooth(values, beta).forEach((value, n) => {
      expect(value).toBeCloseTo(expected[n] ?? Number.NaN, 12);
    });
  });

  test('a constant series stays constant for 100 000 steps', () => {
    const smoothed = smooth(new Float64Array(100_000).fill(0.25), 0.99);
    expect(Math.max(...smoothed.map(value => Math.abs(value - 0.25)))).toBeLessThan(1e-12);
  });

  test('NaN passes through and leaves the mean as it was', () => {
    const withGap = smooth([1, Number.NaN, 2], 0.5);
    expect(withGap[1]).toBeNaN();
    expect(withGap[2]).toBe(smooth([1, 2], 0.5)[1]);
  });
});
