import { expect, test } from 'vitest';
import { draw, hash, permutation, stream, uniform } from '../../workers/random';

test('a hash tells its words, their order and their borders apart', () => {
  const hashes = [
    hash(1, 2),
    hash(2, 1),
    hash(12),
    hash('a', 'b'),
    hash('b', 'a'),
    hash(1, 'a'),
    hash('a', 1),
  ];
  expect(new Set(hashes).size).toBe(hashes.length);
});

test('uniform draws are in [0, 1), even in mean and spread, and uncorrelated', () => {
  const n = 100_000;
  let sum = 0;
  let squares = 0;
  let lagged = 0;
  let previous = 0.5;
  for (let i = 0; i < n; i++) {
    const u = uniform(hash(5, 'test'), i);
    expect(u >= 0 && u < 1).toBe(true);
    sum += u;
    squares += u * u;
    lagged += (u - 0.5) * (previous - 0.5);
    previous = u;
  }
  // Five standard errors of the mean, the second moment and the lag-1 covariance of n uniform draws.
  expect(Math.abs(sum / n - 1 / 2)).toBeLessThan(5 * Math.sqrt(1 / 12 / n));
  expect(Math.abs(squares / n - 1 / 3)).toBeLessThan(5 * Math.sqrt(4 / 45 / n));
  expect(Math.abs(lagged / n)).toBeLessThan(5 / 12 / Math.sqrt(n));
});

test('normal draws have mean 0 and variance 1', () => {
  const { normal } = stream('normal', 1);
  const draws = Array.from({ length: 20_000 }, normal);
  const mean = draws.reduce((a, b) => a + b) / draws.length;
  const variance = draws.reduce((a, b) => a + (b - mean) ** 2, 0) / draws.length;
  expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(20_000));
  expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / 20_000));
});

test('a permutation holds every index once and differs by seed', () => {
  const order = permutation(1000, 1, 'x');
  expect([...order].sort((a, b) => a - b)).toEqual([...Array(1000).keys()]);
  expect(permutation(1000, 2, 'x')).not.toEqual(order);
});

test('the draws are pinned: saved runs depend on them', () => {
  expect([hash(1, 'shuffle', 0), draw(hash(1), 0), draw(hash(1), 1)]).toMatchInlineSnapshot(`
    [
      3376999190,
      2889647231,
      3518680,
    ]
  `);
});
