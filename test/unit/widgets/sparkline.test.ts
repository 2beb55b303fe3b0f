import { expect, test } from 'vitest';
import { sparklinePath } from '../../../src/widgets/Sparkline';

test('spans the box: the least value at the bottom, the largest at the top, first left, last right', () => {
  expect(sparklinePath([0, 10, 5], 100, 20)).toBe('M0.0 20.0h0L50.0 0.0L100.0 10.0');
});

test('a gap interrupts the line', () => {
  expect(sparklinePath([1, Number.NaN, 2], 10, 10).match(/M/g)).toHaveLength(2);
});

test('a long series costs at most two points a pixel', () => {
  const values = Array.from({ length: 50_000 }, (_, i) => Math.sin(i));
  expect(sparklinePath(values, 96, 24).match(/[ML]/g)?.length).toBeLessThanOrEqual(2 * 96);
});

test('a constant series runs through the middle', () => {
  expect(sparklinePath([3, 3], 10, 20)).toBe('M0.0 10.0h0L10.0 10.0');
});
