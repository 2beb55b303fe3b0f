import { describe, expect, test } from 'vitest';
import { logDomain, logTicks, lossDomain, percentileDomain, timeTicks } from '../../../src/charts/domain';
import { createFrame, plotMargin } from '../../../src/charts/plotFrame';

describe('domains and ticks', () => {
  test('losses start at zero and end at a round number above the largest', () => {
    expect(lossDomain(0.2, 3.41)).toEqual([0, 4]);
    expect(lossDomain(0.2, 0.31)).toEqual([0, 0.4]);
    expect(lossDomain(0, 0)).toEqual([0, 1]);
    expect(lossDomain(-3, -2)).toEqual([-3, 0]);
    expect(lossDomain(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY)).toEqual([0, 1]);
  });

  test('a log axis shows only positive values and has ticks inside its domain', () => {
    const domain = logDomain(0.008, 3.4);
    expect(domain[0]).toBeGreaterThan(0);
    expect(logTicks(domain)).toEqual([0.01, 0.03, 0.1, 0.3, 1, 3].filter(tick => tick >= domain[0]));
  });

  test('ignoring outliers leaves a spike out and keeps the middle 90 %', () => {
    const values = Array.from({ length: 200 }, (_, i) => 1 + (i % 100) / 100);
    values[7] = 500;
    const domain = percentileDomain(values, false);
    expect(domain?.[1]).toBeLessThan(2.2);
    expect(domain?.[0]).toBeLessThan(1.05);
    expect(domain?.[1]).toBeGreaterThan(1.95);
  });

  test('too few or constant values are never trimmed', () => {
    expect(percentileDomain([1, 2, 300], false)).toBeNull();
    expect(percentileDomain(new Array(100).fill(2), false)).toBeNull();
  });

  test('time ticks are whole seconds, minutes or hours', () => {
    expect(timeTicks([0, 10_000], 5)).toEqual([0, 2000, 4000, 6000, 8000, 10_000]);
    expect(timeTicks([0, 3_600_000], 6).every(tick => tick % 600_000 === 0)).toBe(true);
  });
});

describe('the scales of a plot', () => {
  const size = [400, 200] as const;

  test('value to pixel and back is the identity, linear and log', () => {
    for (const logY of [false, true]) {
      const { x, y } = createFrame({ xDomain: [0, 300], yDomain: [0.02, 4], logY }, ...size);
      for (const value of [0.02, 0.5, 1, 3.99]) expect(y.invert(y(value))).toBeCloseTo(value, 10);
      for (const value of [0, 17, 300]) expect(x.invert(x(value))).toBeCloseTo(value, 10);
      expect([x(0), x(300)]).toEqual([plotMargin.left, size[0] - plotMargin.right]);
      expect([y(0.02), y(4)]).toEqual([size[1] - plotMargin.bottom, plotMargin.top]);
    }
  });

  test('equal factors are equal distances on a log axis', () => {
    const { y } = createFrame({ xDomain: [0, 1], yDomain: [0.01, 100], logY: true }, ...size);
    expect(y(0.1) - y(1)).toBeCloseTo(y(1) - y(10), 10);
  });

  test('a domain of no width maps to the middle instead of NaN', () => {
    const { x, left, plotWidth } = createFrame({ xDomain: [2, 2], yDomain: [0, 1], logY: false }, ...size);
    expect(x(2)).toBe(left + plotWidth / 2);
  });
});
