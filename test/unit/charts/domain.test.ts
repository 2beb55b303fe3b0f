import { describe, expect, test } from 'vitest';
import {
  linearTicks,
  logDomain,
  logTicks,
  lossDomain,
  percentileDomain,
  tickStep,
  timeTicks,
} from '../../../src/charts/domain';
import { createScale } from '../../../src/charts/scale';

describe('domains and ticks', () => {
  test('steps are 1, 2 or 5 times a power of ten', () => {
    expect([1, 3, 7, 44, 0.3, 12_000].map(span => tickStep(span, 5))).toEqual([0.2, 1, 2, 10, 0.1, 5000]);
  });

  test('ticks of 0–1 print without rounding noise', () => {
    expect(linearTicks([0, 1], 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  });

  test('losses start at zero and end at a round number above the largest', () => {
    expect(lossDomain(0.2, 3.41)).toEqual([0, 4]);
    expect(lossDomain(0.2, 0.31)[1]).toBeGreaterThan(0.31);
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

describe('scales', () => {
  test('value to pixel and back is the identity, linear and log', () => {
    for (const log of [false, true]) {
      const scale = createScale([0.02, 4], [200, 10], log);
      for (const value of [0.02, 0.5, 1, 3.99])
        expect(scale.toValue(scale.toPixel(value))).toBeCloseTo(value, 10);
      expect(scale.toPixel(0.02)).toBeCloseTo(200, 10);
      expect(scale.toPixel(4)).toBeCloseTo(10, 10);
    }
  });

  test('a domain of no width maps to the middle instead of NaN', () => {
    expect(createScale([2, 2], [0, 100]).toPixel(2)).toBe(50);
  });
});
