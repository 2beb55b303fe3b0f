import { describe, expect, test } from 'vitest';
import { MinMaxPyramid } from '../../../src/charts/decimate';

/** Noise from a seed, so that a failure can be repeated. */
function noise(length: number, seed: number): number[] {
  let state = seed >>> 0;
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  });
}

function pyramidOf(values: readonly number[], chunk = values.length): MinMaxPyramid {
  const pyramid = new MinMaxPyramid(row => values[row] ?? Number.NaN);
  for (let at = 0; at < values.length; at += Math.max(1, chunk))
    pyramid.extend(Math.min(values.length, at + chunk));
  return pyramid;
}

describe('decimation', () => {
  const lengths = [1, 2, 15, 16, 17, 599, 600, 601, 1024, 1500, 4097, 33_333, 100_000];

  test('a series that fits the budget is drawn whole', () => {
    expect(pyramidOf(noise(600, 1)).pick(0, 600, 600)).toEqual(Array.from({ length: 600 }, (_, i) => i));
  });

  test('keeps the first row, the last row and both global extremes, in order and within the budget', () => {
    for (const length of lengths)
      for (const seed of [1, 2, 3]) {
        const values = noise(length, seed + length);
        const rows = pyramidOf(values).pick(0, length, 600);
        const picked = rows.map(row => values[row] ?? Number.NaN);
        const facts = { length, seed, first: rows[0], last: rows.at(-1) };
        expect(facts).toEqual({ length, seed, first: 0, last: length - 1 });
        expect(rows.length).toBeLessThanOrEqual(600);
        expect(rows.every((row, i) => i === 0 || row > (rows[i - 1] ?? -1))).toBe(true);
        expect(Math.min(...picked)).toBe(values.reduce((a, b) => Math.min(a, b)));
        expect(Math.max(...picked)).toBe(values.reduce((a, b) => Math.max(a, b)));
      }
  });

  test('keeps the extremes of any visible range', () => {
    const values = noise(50_000, 9);
    const pyramid = pyramidOf(values);
    for (const [from, to] of [
      [0, 50_000],
      [13, 49_987],
      [1000, 1700],
      [31_111, 45_678],
      [49_000, 60_000],
    ] as const) {
      const visible = values.slice(from, to);
      const picked = pyramid.pick(from, to, 300).map(row => values[row] ?? Number.NaN);
      expect(Math.min(...picked)).toBe(Math.min(...visible));
      expect(Math.max(...picked)).toBe(Math.max(...visible));
      expect(picked.length).toBeLessThanOrEqual(300);
    }
  });

  test('growing row by row, in chunks or at once picks the same rows', () => {
    const values = noise(5000, 4);
    const whole = pyramidOf(values).pick(0, 5000, 400);
    expect(pyramidOf(values, 1).pick(0, 5000, 400)).toEqual(whole);
    expect(pyramidOf(values, 37).pick(0, 5000, 400)).toEqual(whole);
  });

  test('appending a row reads a bounded number of old rows', () => {
    const values = noise(100_001, 5);
    let reads = 0;
    const pyramid = new MinMaxPyramid(row => {
      reads++;
      return values[row] ?? Number.NaN;
    });
    pyramid.extend(100_000);
    reads = 0;
    pyramid.extend(100_001);
    pyramid.pick(0, 100_001, 600);
    // The newest block is scanned: 256 rows at this length.
    expect(reads).toBeLessThan(600);
  });

  test('NaN never hides an extreme and a series of NaN is still first and last', () => {
    const values = noise(10_000, 6).map((value, i) => (i % 3 ? Number.NaN : value));
    values[5001] = 99;
    values[7001] = -99;
    const picked = pyramidOf(values).pick(0, 10_000, 200);
    expect(picked).toContain(5001);
    expect(picked).toContain(7001);
    expect(pyramidOf(values.map(() => Number.NaN)).pick(0, 10_000, 200)).toEqual([0, 9999]);
  });
});
