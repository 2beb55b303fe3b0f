import { describe, expect, test } from 'vitest';
import type { Predictions } from '../../../workers/evaluate/metric';
import { METRICS } from '../../../workers/evaluate/metrics';
import { areaUnderRoc, pairLimit, rocAuc } from '../../../workers/evaluate/metrics/rocAuc';
import { stream } from '../../../workers/random';

/** Random logits, labels (some missing) and unit embeddings that lean towards their identity's direction. */
function randomPredictions(
  samples: number,
  identities: number,
  modalities: number,
  seed: number,
): Predictions {
  const { integer, normal, uniform } = stream('metrics', seed);
  const size = 4;
  const centres = Array.from({ length: identities * size }, () => normal());
  const ids = Int32Array.from({ length: samples }, () => (uniform() < 0.1 ? -1 : integer(identities)));
  const values = new Float32Array(samples * size);
  for (const [i, id] of ids.entries()) {
    const x = Array.from({ length: size }, (_, k) => (centres[Math.max(id, 0) * size + k] ?? 0) + normal());
    const length = Math.hypot(...x);
    values.set(
      x.map(v => v / length),
      i * size,
    );
  }
  return {
    tasks: [
      {
        id: 'identity',
        classes: identities,
        logits: Float32Array.from({ length: samples * identities }, () => normal()),
        labels: ids,
      },
      {
        id: 'expression',
        classes: 3,
        logits: Float32Array.from({ length: samples * 3 }, () => integer(3)),
        labels: Int32Array.from({ length: samples }, () => integer(4) - 1),
      },
    ],
    embeddings: { size, values },
    identities: ids,
    modalities: Int32Array.from({ length: samples }, () => integer(modalities + 1) - 1),
  };
}

/** Every pair against every pair, with nothing shared with the code under test. */
function bruteForce({ identities, modalities, embeddings }: Predictions): { auc: number; pairs: number } {
  const { size, values } = embeddings;
  const kinds = new Set([...modalities].filter((m, i) => m >= 0 && (identities[i] ?? -1) >= 0));
  const same: number[] = [];
  const different: number[] = [];
  for (let a = 0; a < identities.length; a++)
    for (let b = a + 1; b < identities.length; b++) {
      const [ia = -1, ib = -1, ma = -1, mb = -1] = [
        identities[a],
        identities[b],
        modalities[a],
        modalities[b],
      ];
      if (ia < 0 || ib < 0) continue;
      if (kinds.size > 1 && (ma < 0 || mb < 0 || ma === mb)) continue;
      const x = values.subarray(a * size, a * size + size);
      const y = values.subarray(b * size, b * size + size);
      (ia === ib ? same : different).push(x.reduce((sum, v, k) => sum + (v - (y[k] ?? 0)) ** 2, 0));
    }
  let wins = 0;
  for (const s of same) for (const d of different) wins += s < d ? 1 : s === d ? 0.5 : 0;
  return { auc: wins / (same.length * different.length), pairs: same.length + different.length };
}

const predictionsOf = (
  labels: readonly number[],
  logits: readonly number[],
  classes = 3,
): Pick<Predictions, 'tasks'> => ({
  tasks: [{ id: 't', classes, logits: Float32Array.from(logits), labels: Int32Array.from(labels) }],
});
const empty = {
  embeddings: { size: 1, values: new Float32Array() },
  identities: new Int32Array(),
  modalities: new Int32Array(),
};

describe.each(Object.entries(METRICS))('%s', (_, metric) => {
  test('gives the same result twice for one seed, and only finite numbers', () => {
    const predictions = randomPredictions(40, 5, 2, 1);
    const result = metric.compute(predictions, 3);
    expect(metric.compute(predictions, 3)).toEqual(result);
    const numbers = JSON.stringify(result).match(/-?[\d.]+(e-?\d+)?|null/g) ?? [];
    expect(numbers.length).toBeGreaterThan(0);
    expect(numbers).not.toContain('null'); // JSON writes NaN and infinity as null
  });

  test('does not fail on an empty split', () => {
    expect(() => metric.compute({ tasks: [], ...empty }, 1)).not.toThrow();
  });
});

describe('accuracy', () => {
  test('counts the labelled samples only', () => {
    const predictions = predictionsOf([0, 2, -1, 1], [9, 1, 1, 0, 5, 1, 0, 0, 9, 0, 3, 2]);
    expect(METRICS.accuracy.compute({ ...predictions, ...empty }, 0)).toEqual({ t: 2 / 3 });
  });

  test('is null where nothing is labelled', () => {
    expect(METRICS.accuracy.compute({ ...predictionsOf([-1], [1, 2, 3]), ...empty }, 0)).toEqual({ t: null });
  });

  test('takes a NaN logit as a wrong answer, and negative logits as they are', () => {
    const predictions = predictionsOf([0, 1], [Number.NaN, 1, 1, -3, -1, -2]);
    expect(METRICS.accuracy.compute({ ...predictions, ...empty }, 0)).toEqual({ t: 0.5 });
  });
});

describe('confusion', () => {
  test('has the true class by row and the predicted one by column', () => {
    const predictions = predictionsOf([0, 0, 2, -1], [9, 0, 0, 0, 9, 0, 0, 9, 0, 9, 0, 0]);
    expect(METRICS.confusion.compute({ ...predictions, ...empty }, 0)).toEqual({
      t: [
        [1, 1, 0],
        [0, 0, 0],
        [0, 1, 0],
      ],
    });
  });

  test('has the accuracy on its diagonal', () => {
    const predictions = randomPredictions(60, 6, 1, 5);
    const matrices = METRICS.confusion.compute(predictions, 0);
    for (const [id, share] of Object.entries(METRICS.accuracy.compute(predictions, 0))) {
      const matrix = matrices[id] ?? [];
      const right = matrix.reduce((sum, row, i) => sum + (row[i] ?? 0), 0);
      expect(right / matrix.flat().reduce((a, n) => a + n, 0)).toBe(share);
    }
  });
});

describe('the ROC area', () => {
  test('is 1 when all same pairs are closer, 0 when all are farther, a half when nothing differs', () => {
    expect(areaUnderRoc(Float64Array.of(0.1, 0.2), Float64Array.of(0.3, 0.9, 0.4))).toBe(1);
    expect(areaUnderRoc(Float64Array.of(2, 3), Float64Array.of(0.3, 0.9))).toBe(0);
    expect(areaUnderRoc(Float64Array.of(1, 1, 1), Float64Array.of(1, 1))).toBe(0.5);
  });

  test('counts a tie half', () => {
    // 4 comparisons: .1 < .2, .1 < .5, .2 = .2, .2 < .5.
    expect(areaUnderRoc(Float64Array.of(0.2, 0.1), Float64Array.of(0.5, 0.2))).toBe(3.5 / 4);
  });

  test.each([
    [30, 4, 1, 'one modality'],
    [30, 4, 2, 'two modalities: mixed pairs only'],
    [25, 2, 3, 'three modalities'],
  ])(
    'of %i samples of %i identities and %i modalities equals brute force (%s)',
    (samples, identities, modalities) => {
      for (let seed = 0; seed < 5; seed++) {
        const predictions = randomPredictions(samples, identities, modalities, seed);
        const expected = bruteForce(predictions);
        const result = rocAuc.compute(predictions, seed);
        expect(result?.pairs).toBe(expected.pairs);
        expect(result?.auc).toBeCloseTo(expected.auc, 12);
      }
    },
  );

  test('equals brute force where distances tie', () => {
    const predictions = randomPredictions(20, 3, 1, 9);
    predictions.embeddings.values.forEach((v, i, all) => {
      all[i] = Math.round(v); // few distinct distances
    });
    expect(rocAuc.compute(predictions, 0)?.auc).toBeCloseTo(bruteForce(predictions).auc, 12);
  });

  test('is null without a pair of one person, without a pair of two, and with a NaN embedding', () => {
    const { embeddings, ...rest } = randomPredictions(3, 3, 1, 2);
    const of = (ids: number[], values = embeddings.values) =>
      rocAuc.compute({ ...rest, embeddings: { size: 4, values }, identities: Int32Array.from(ids) }, 0);
    expect(of([0, 1, 2])).toBeNull();
    expect(of([1, 1, 1])).toBeNull();
    expect(of([-1, -1, -1])).toBeNull();
    expect(of([1, 1, 2], embeddings.values.with(0, Number.NaN))).toBeNull();
    expect(of([1, 1, 2])).not.toBeNull();
  });

  test('of more pairs than the limit is estimated from a balanced sample, near the exact value', () => {
    const samples = 800; // about 130 000 pairs of one person and as many of two
    const predictions = randomPredictions(samples, 2, 1, 4);
    const result = rocAuc.compute(predictions, 1);
    expect(result?.pairs).toBe(pairLimit);
    const { identities, embeddings } = predictions;
    const distances = { same: [] as number[], different: [] as number[] };
    for (let a = 0; a < samples; a++)
      for (let b = a + 1; b < samples; b++) {
        if ((identities[a] ?? -1) < 0 || (identities[b] ?? -1) < 0) continue;
        const at = (i: number, k: number) => embeddings.values[i * 4 + k] ?? 0;
        const d = [0, 1, 2, 3].reduce((sum, k) => sum + (at(a, k) - at(b, k)) ** 2, 0);
        distances[identities[a] === identities[b] ? 'same' : 'different'].push(d);
      }
    const exact = areaUnderRoc(Float64Array.from(distances.same), Float64Array.from(distances.different));
    // 10⁵ draws of each kind: the standard error is at most √(.25/10⁵) ≈ .0016 a kind, .0022 together; 4 of them.
    expect(Math.abs((result?.auc ?? 0) - (exact ?? 1))).toBeLessThan(0.009);
    expect(rocAuc.compute(predictions, 2)?.auc).not.toBe(result?.auc);
  });
});
