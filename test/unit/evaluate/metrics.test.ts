import { describe, expect, test } from 'vitest';
import type { PairDistances, Predictions, TaskPredictions } from '../../../workers/evaluate/metric';
import { METRICS } from '../../../workers/evaluate/metrics';
import { bestBalancedAccuracy } from '../../../workers/evaluate/metrics/pairAccuracy';
import { areaUnderRoc } from '../../../workers/evaluate/metrics/pairArea';
import { rocPoints } from '../../../workers/evaluate/metrics/roc';
import type { Result } from '../../../workers/protocol/results';
import { stream } from '../../../workers/random';

/** Random logits, some labels missing, and distances that lean towards same-person pairs being closer. */
function randomPredictions(samples: number, identities: number, seed: number): Predictions {
  const { integer, normal, uniform } = stream('metrics', seed);
  const distances = (count: number, shift: number) =>
    Float64Array.from({ length: count }, () => uniform() + shift).sort();
  return {
    tasks: [
      {
        id: 'identity',
        label: 'Identity',
        column: 'identity',
        classNames: Array.from({ length: identities }, (_, i) => `person ${i}`),
        logits: Float32Array.from({ length: samples * identities }, () => normal()),
        labels: Int32Array.from({ length: samples }, () => (uniform() < 0.1 ? -1 : integer(identities))),
        pairs: { same: distances(60, 0), different: distances(90, 0.3), sides: 'heldOut' },
      },
      {
        id: 'expression',
        label: 'Expression',
        column: 'expression',
        classNames: ['a', 'b', 'c'],
        logits: Float32Array.from({ length: samples * 3 }, () => integer(3)),
        labels: Int32Array.from({ length: samples }, () => integer(4) - 1),
        pairs: null,
      },
    ],
    paths: Array.from({ length: samples }, (_, i) => `${i}.png`),
  };
}

const predictionsOf = (
  labels: readonly number[],
  logits: readonly number[],
  classNames = ['a', 'b', 'c'],
): Predictions => ({
  tasks: [
    {
      ...{ id: 't', label: 'T', column: 'identity', classNames },
      ...{ logits: Float32Array.from(logits), labels: Int32Array.from(labels) },
      pairs: { why: 'There are none.' },
    },
  ],
  paths: labels.map((_, i) => `${i}.png`),
});
const distancesOf = (
  same: readonly number[],
  different: readonly number[],
  sides: PairDistances['sides'] = 'heldOut',
): PairDistances => ({
  ...{ same: Float64Array.from(same).sort(), different: Float64Array.from(different).sort(), sides },
});
/** One task for each column, with its pairs. */
const withPairs = (columns: Record<string, TaskPredictions['pairs']>): Predictions => ({
  tasks: Object.entries(columns).map(([column, pairs]) => ({
    ...{ id: column, label: column.toUpperCase(), column, classNames: ['a', 'b'] },
    ...{ logits: new Float32Array(), labels: new Int32Array(), pairs },
  })),
  paths: [],
});

const nothing: Predictions = { tasks: [], paths: [] };

/** Every figure that a result states as missing, with the reason. */
function reasons(result: Result): string[] {
  if ('why' in result) return result.why === null ? [] : [result.why];
  const figures = result.kind === 'scalar' ? [result.figure] : Object.values(result.figures);
  return figures.flatMap(figure => (figure.value === null ? [figure.why] : []));
}

describe.each(Object.entries(METRICS))('%s', (_, metric) => {
  test('gives the same result twice, survives JSON, and misses nothing where everything is known', () => {
    const predictions = randomPredictions(40, 5, 1);
    const result = metric.compute(predictions);
    expect(metric.compute(predictions)).toEqual(result);
    // JSON writes NaN and infinity as null.
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
    expect(JSON.stringify(result)).toMatch(/\d/);
    expect(reasons(result)).toEqual([]);
  });

  test('says of an empty split, in a sentence, why there is nothing', () => {
    const said = reasons(metric.compute(predictionsOf([], [])));
    expect(said).not.toEqual([]);
    for (const why of said) expect(why).toMatch(/^[A-Z].*\.$/);
    expect(() => metric.compute(nothing)).not.toThrow();
  });

  test('is named and explained in words', () => {
    const { label, about } = metric.compute(nothing);
    expect(label.length).toBeGreaterThan(2);
    expect(about).toMatch(/^[A-Z].*\.$/);
  });
});

const figures = (predictions: Predictions) => {
  const result = METRICS.accuracy.compute(predictions);
  if (result.kind !== 'perTask') throw new Error(`accuracy is a ${result.kind}`);
  return result.figures;
};

describe('accuracy', () => {
  test('counts the labelled samples only', () => {
    expect(figures(predictionsOf([0, 2, -1, 1], [9, 1, 1, 0, 5, 1, 0, 0, 9, 0, 3, 2]))).toEqual({
      t: { value: 2 / 3 },
    });
  });

  test('is missing, with the reason, where nothing is labelled', () => {
    expect(figures(predictionsOf([-1], [1, 2, 3]))).toEqual({
      t: { value: null, why: expect.stringMatching(/No held-out image/) },
    });
  });

  test('takes a NaN logit as a wrong answer, and negative logits as they are', () => {
    expect(figures(predictionsOf([0, 1], [Number.NaN, 1, 1, -3, -1, -2]))).toEqual({ t: { value: 0.5 } });
  });
});

/** Matrices as nested lists, zeros included. */
function confusionOf(predictions: Predictions): Record<string, number[][]> {
  const result = METRICS.confusion.compute(predictions);
  if (result.kind !== 'matrix') throw new Error(`confusion is a ${result.kind}`);
  return Object.fromEntries(
    result.matrices.map(({ label, rows, columns, cells }) => {
      const full = rows.map(() => columns.map(() => 0));
      for (const [row, column, value] of cells) (full[row] ?? [])[column] = value;
      return [label, full];
    }),
  );
}

describe('loss', () => {
  const lossOf = (predictions: Predictions) => {
    const result = METRICS.loss.compute(predictions);
    if (result.kind !== 'perTask') throw new Error(`loss is a ${result.kind}`);
    return result.figures.t;
  };

  test('equal logits cost ln K, and masked samples cost nothing', () => {
    const figure = lossOf(predictionsOf([0, -1, 2], [5, 5, 5, 9, -9, 0, -1, -1, -1]));
    expect(figure?.value).toBeCloseTo(Math.log(3), 12);
  });

  test('a wrong answer that is sure costs its margin, without an overflow', () => {
    expect(lossOf(predictionsOf([1], [1e4, -1e4, 0]))?.value).toBe(2e4);
  });

  test('logits that are not finite give no figure and say why', () => {
    expect(lossOf(predictionsOf([1], [Number.NaN, 0, 0]))).toMatchObject({ value: null });
  });
});

describe('confusion', () => {
  test('has the true class by row and the predicted one by column', () => {
    expect(confusionOf(predictionsOf([0, 0, 2, -1], [9, 0, 0, 0, 9, 0, 0, 9, 0, 9, 0, 0]))).toEqual({
      T: [
        [1, 1, 0],
        [0, 0, 0],
        [0, 1, 0],
      ],
    });
  });

  test('has the accuracy on its diagonal', () => {
    const predictions = randomPredictions(60, 6, 5);
    const matrices = confusionOf(predictions);
    const shares = figures(predictions);
    for (const { id, label } of predictions.tasks) {
      const matrix = matrices[label] ?? [];
      const right = matrix.reduce((sum, row, i) => sum + (row[i] ?? 0), 0);
      expect(right / matrix.flat().reduce((a, n) => a + n, 0)).toBe(shares[id]?.value);
    }
  });

  test('keeps the cells that are not zero alone, as many as samples at most', () => {
    const result = METRICS.confusion.compute(randomPredictions(30, 100, 5));
    if (result.kind !== 'matrix') throw new Error(`confusion is a ${result.kind}`);
    expect(result.matrices[0]?.cells.length).toBeLessThanOrEqual(30);
    expect(result.matrices[0]?.cells.every(([, , value]) => value > 0)).toBe(true);
  });
});

describe('mistakes', () => {
  test('are the wrong answers alone, the surest first, with the softmax of the answer', () => {
    // The four samples are right, wrong by 1, wrong by 3, and unlabelled.
    const result = METRICS.mistakes.compute(
      predictionsOf([0, 1, 2, -1], [5, 0, 0, 1, 0, 0, 0, 3, 0, 9, 0, 0]),
    );
    const sure = (gap: number) => Math.round((100 * Math.exp(gap)) / (Math.exp(gap) + 2));
    expect(result).toMatchObject({
      groups: [
        {
          samples: [
            { path: '2.png', note: `c taken for b, ${sure(3)} % sure` },
            { path: '1.png', note: `b taken for a, ${sure(1)} % sure` },
          ],
        },
      ],
    });
  });
});

describe('the ROC area', () => {
  test('is 1 when all same pairs are closer, 0 when all are farther, a half when nothing differs', () => {
    expect(areaUnderRoc(Float64Array.of(0.1, 0.2), Float64Array.of(0.3, 0.4, 0.9))).toBe(1);
    expect(areaUnderRoc(Float64Array.of(2, 3), Float64Array.of(0.3, 0.9))).toBe(0);
    expect(areaUnderRoc(Float64Array.of(1, 1, 1), Float64Array.of(1, 1))).toBe(0.5);
  });

  test('counts a tie half', () => {
    // 4 comparisons: .1 < .2, .1 < .5, .2 = .2, .2 < .5.
    expect(areaUnderRoc(Float64Array.of(0.1, 0.2), Float64Array.of(0.2, 0.5))).toBe(3.5 / 4);
  });

  test.each([0, 1, 2, 3])('equals brute force, with ties too (seed %i)', seed => {
    const { integer } = stream('area', seed);
    const draw = (count: number, shift: number) =>
      Float64Array.from({ length: count }, () => integer(12) + shift).sort();
    const [same, different] = [draw(40, 0), draw(70, 3)];
    let wins = 0;
    for (const s of same) for (const d of different) wins += s < d ? 1 : s === d ? 0.5 : 0;
    expect(areaUnderRoc(same, different)).toBeCloseTo(wins / (40 * 70), 12);
  });

  test('every point of the curve is the share of each kind below one threshold', () => {
    const [same, different] = [Float64Array.of(1, 1, 2), Float64Array.of(1, 2, 2, 3)];
    expect(rocPoints(same, different)).toEqual([
      [0, 0],
      [0, 0],
      [1 / 4, 2 / 3],
      [3 / 4, 1],
      [1, 1],
    ]);
  });

  test('is what the trapezoids under the points of the curve add up to', () => {
    const { normal } = stream('curve', 1);
    const draw = (count: number, shift: number) =>
      Float64Array.from({ length: count }, () => normal() + shift).sort();
    const [same, different] = [draw(500, 0), draw(800, 1)];
    const points = rocPoints(same, different);
    expect(points[0]).toEqual([0, 0]);
    expect(points.at(-1)).toEqual([1, 1]);
    const area = points.reduce((sum, [x, y], i) => {
      const [x0, y0] = points[i - 1] ?? [0, 0];
      return sum + ((x - x0) * (y + y0)) / 2;
    }, 0);
    // 100 of 1300 thresholds: the chords lie a little below a concave curve.
    expect(area).toBeCloseTo(areaUnderRoc(same, different), 2);
  });
});

describe('the accuracy of pairs at the best threshold', () => {
  test.each([0, 1, 2, 3])('equals the best of all thresholds by brute force (seed %i)', seed => {
    const { integer } = stream('threshold', seed);
    const draw = (count: number, shift: number) =>
      Float64Array.from({ length: count }, () => integer(12) + shift).sort();
    const [same, different] = [draw(30, 0), draw(300, 4)];
    const share = (list: Float64Array, test: (d: number) => boolean) =>
      list.filter(test).length / list.length;
    const all = Array.from({ length: 40 }, (_, i) => i / 2 - 1).map(
      t => (share(same, d => d < t) + share(different, d => d >= t)) / 2,
    );
    expect(bestBalancedAccuracy(same, different)).toBeCloseTo(Math.max(...all), 12);
  });

  test('is a half where nothing differs, however many more pairs of two people there are', () => {
    expect(bestBalancedAccuracy(Float64Array.of(1), new Float64Array(99).fill(1))).toBe(0.5);
  });

  test('is never below a half: one may always answer "different"', () => {
    expect(bestBalancedAccuracy(Float64Array.of(5, 6), Float64Array.of(1, 2))).toBe(0.5);
  });
});

describe('verification', () => {
  const both = withPairs({
    expression: distancesOf([1, 2], [1, 2, 3], 'heldOutTraining'),
    glasses: null,
    identity: distancesOf([1, 1, 1, 1], [9, 9]),
  });

  test('every task that embeds has a figure of its own pairs; the others have none', () => {
    expect(METRICS.pairArea.compute(both)).toMatchObject({
      kind: 'perTask',
      figures: { expression: { value: 4 / 6 }, identity: { value: 1 } },
    });
    expect(METRICS.pairAccuracy.compute(both)).toMatchObject({
      kind: 'perTask',
      figures: { expression: { value: (1 + 1 - 2 / 3) / 2 }, identity: { value: 1 } },
    });
    for (const id of ['pairArea', 'pairAccuracy'] as const)
      expect(METRICS[id].compute(both)).not.toHaveProperty('figures.glasses');
  });

  test('pairs are counted by task, under the sides they join', () => {
    expect(METRICS.pairCounts.compute(both)).toMatchObject({
      why: null,
      rows: [
        ['EXPRESSION: same expression', 0, 2],
        ['EXPRESSION: different expression', 0, 3],
        ['IDENTITY: same person', 4, 0],
        ['IDENTITY: different people', 2, 0],
      ],
    });
  });

  test('the curve has a line for each task', () => {
    expect(METRICS.roc.compute(both)).toMatchObject({
      lines: [
        { label: 'EXPRESSION', points: rocPoints(Float64Array.of(1, 2), Float64Array.of(1, 2, 3)) },
        { label: 'IDENTITY', points: rocPoints(Float64Array.of(1, 1, 1, 1), Float64Array.of(9, 9)) },
      ],
    });
  });

  const words = (predictions: Predictions) =>
    (['pairArea', 'pairAccuracy', 'pairCounts', 'roc'] as const)
      .map(id => JSON.stringify(METRICS[id].compute(predictions)))
      .join('\n');

  test('only pairs of the column identity are called people', () => {
    expect(words(withPairs({ expression: distancesOf([1], [2]) }))).not.toMatch(/person|people/i);
    expect(words(withPairs({ expression: { why: 'None.' } }))).not.toMatch(/person|people/i);
    const people = words(withPairs({ identity: distancesOf([1], [2]), expression: null }));
    expect(people).toMatch(/two images of one person are closer than two images of two people/);
    expect(people).toMatch(/Same person accepted/);
    expect(people).not.toMatch(/expression/i);
    expect(words(both)).toMatch(/two images with the same expression or person/);
  });

  test('a task without pairs has its own reason beside the figure of another', () => {
    const some = withPairs({ expression: { why: 'Too few.' }, identity: distancesOf([1], [2]) });
    expect(METRICS.pairArea.compute(some)).toMatchObject({
      figures: { expression: { value: null, why: 'Too few.' }, identity: { value: 1 } },
    });
    expect(METRICS.pairCounts.compute(some)).toMatchObject({ why: null, rows: [{}, {}] });
  });

  test('where no task embeds, every task and every picture says so', () => {
    const none = withPairs({ expression: null, identity: null });
    const why = expect.stringMatching(/^No task of this run embeds/);
    expect(METRICS.pairArea.compute(none)).toMatchObject({
      figures: { expression: { value: null, why }, identity: { value: null, why } },
    });
    expect(METRICS.roc.compute(none)).toMatchObject({ why, lines: [] });
    expect(METRICS.pairCounts.compute(none)).toMatchObject({ why, rows: [] });
  });
});
