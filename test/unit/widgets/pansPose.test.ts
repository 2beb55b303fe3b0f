import { describe, expect, test } from 'vitest';
import { camera } from '../../../src/widgets/PansScene';
import { drop, pansPose, shortestThread } from '../../../src/widgets/pansPose';
import { fullRadius, mostOnPlate, normalizeWeights, seesawPose } from '../../../src/widgets/seesawPose';
import { project } from '../../../src/widgets/seesawView';
import { fewestTasks, mostTasks } from '../../../workers/protocol/taskList';
import { stream } from '../../../workers/random';

const counts = Array.from({ length: mostTasks - fewestTasks + 1 }, (_, i) => fewestTasks + i);
const manyCounts = counts.filter(count => count > mostOnPlate);

/** Height of each task's ball as `Seesaw` draws so many. */
const heights = (weights: readonly number[]): number[] =>
  (weights.length > mostOnPlate ? pansPose(weights).pans : seesawPose(weights).corners).map(({ z }) => z);

const { uniform } = stream('see-saw weights');
const randomWeights = (count: number) => Array.from({ length: count }, () => uniform());

describe.each(counts)('with %i tasks', count => {
  test('the order of heights is the order of weights, the heaviest lowest', () => {
    for (let draw = 0; draw < 500; draw++) {
      const weights = randomWeights(count);
      const z = heights(weights);
      const byWeight = weights.map((_, i) => i).sort((a, b) => (weights[b] ?? 0) - (weights[a] ?? 0));
      const byHeight = weights.map((_, i) => i).sort((a, b) => (z[a] ?? 0) - (z[b] ?? 0));
      expect(byHeight, `${weights}`).toEqual(byWeight);
    }
  });

  test('equal weights are level', () => {
    const [first = Number.NaN, ...others] = heights(Array.from({ length: count }, () => 0.7));
    for (const z of others) expect(z).toBeCloseTo(first, 12);
  });

  test('tasks of equal weight hang level whatever the others weigh', () => {
    const weights = randomWeights(count);
    weights[1] = weights[0] ?? 0;
    const z = heights(weights);
    expect(z[1]).toBeCloseTo(z[0] ?? Number.NaN, 12);
  });
});

describe('pans', () => {
  test('opposite weights do not cancel out: two low pans and two high ones', () => {
    const z = heights([0.5, 0, 0.5, 0]);
    expect(z[0]).toBe(z[2]);
    expect(z[1]).toBe(z[3]);
    expect((z[1] ?? 0) - (z[0] ?? 0)).toBeCloseTo(drop / 2, 12);
  });

  test('a thread is longer by its task’s share, so what one pan sinks the others rise together', () => {
    for (const count of manyCounts) {
      const weights = randomWeights(count);
      const sum = weights.reduce((total, weight) => total + weight, 0);
      const { pans, level } = pansPose(weights);
      pans.forEach(({ z }, i) => {
        expect(-z).toBeCloseTo(shortestThread + (drop * (weights[i] ?? 0)) / sum, 12);
      });
      expect(pans.reduce((total, { z }) => total + z - level, 0)).toBeCloseTo(0, 12);
    }
  });

  test('tasks stand from left to right in their order, evenly around the mast, none behind another', () => {
    for (const count of manyCounts) {
      const { hooks, pans } = pansPose(randomWeights(count));
      hooks.forEach(({ x, y }, i) => {
        expect(Math.hypot(x, y)).toBeCloseTo(1, 12);
        expect(pans[i]).toMatchObject({ x, y });
        const before = hooks[i - 1];
        if (before) expect(x - before.x).toBeGreaterThan(0.3);
      });
      const angles = hooks.map(({ x, y }) => Math.atan2(y, x)).sort((a, b) => a - b);
      angles.slice(1).forEach((angle, i) => {
        expect(angle - (angles[i] ?? 0)).toBeCloseTo((2 * Math.PI) / count, 12);
      });
    }
  });

  test('on the picture, what is heavier by a tenth of the weight or more hangs lower, be it in front or at the back', () => {
    for (const count of manyCounts)
      for (let draw = 0; draw < 200; draw++) {
        const weights = normalizeWeights(randomWeights(count));
        const y = pansPose(weights).pans.map(pan => project(pan, camera).y);
        weights.forEach((heavy, i) => {
          weights.forEach((light, j) => {
            if (heavy - light >= 0.1) expect(y[i], `${weights}`).toBeGreaterThan(y[j] ?? Number.NaN);
          });
        });
      }
  });

  test('ball areas are proportional to weights', () => {
    expect(pansPose([1, 0, 0, 0]).radii).toEqual([fullRadius, 0, 0, 0]);
    const [a = 0, b = 0] = pansPose([0.4, 0.1, 0.3, 0.2]).radii;
    expect(a ** 2 / b ** 2).toBeCloseTo(4, 10);
  });

  test('unknown weights hang level instead of NaN', () => {
    const { pans, level } = pansPose([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
    for (const { z } of pans) expect(z).toBe(level);
  });
});
