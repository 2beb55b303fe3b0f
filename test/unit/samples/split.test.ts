import { describe, expect, test } from 'vitest';
import type { Sample } from '../../../workers/protocol/dataset';
import { type SplitBy, type SplitOptions, splitSamples } from '../../../workers/samples/split';

/** A sample with its labels beside it. */
interface Row extends Sample {
  identity: number | null;
  expression: number | null;
}
const split = (rows: readonly Row[], options: SplitOptions) =>
  splitSamples(
    {
      samples: rows,
      columns: {
        identity: { names: [], values: rows.map(row => row.identity) },
        expression: { names: [], values: rows.map(row => row.expression) },
        modality: { names: [], values: rows.map(() => null) },
      },
    },
    options,
  );

const sample = (part: Partial<Row>): Row => ({
  path: '',
  identity: null,
  expression: null,
  sequence: null,
  frame: null,
  split: null,
  fold: null,
  ...part,
});
const grid = (
  people: number,
  expressions: number,
  each: number,
  make: (p: number, e: number, k: number) => Partial<Row>,
) =>
  Array.from({ length: people * expressions * each }, (_, i) => {
    const [p, e, k] = [Math.floor(i / (expressions * each)), Math.floor(i / each) % expressions, i % each];
    return sample({ identity: p, expression: e, ...make(p, e, k) });
  });

/** 24 people × 7 expressions × 8 pictures; CK+-like triples; triples with 10 % of the labels missing and a declared split. */
const datasets = {
  pictures: grid(24, 7, 8, () => ({})),
  sequences: grid(20, 4, 3, (p, e, k) => ({ sequence: `S${p}_${e}`, frame: k })),
  mixed: grid(20, 5, 4, (p, e, k) => ({
    sequence: e < 3 ? `S${p}_${e}` : null,
    identity: (p * 20 + e * 4) % 10 === 0 ? null : p,
    // Declared by frame on purpose: it cuts through sequences.
    split: k === 3 ? 'test' : 'train',
  })),
};
const modes: SplitBy[] = ['auto', 'declared', 'sample', 'sequence', 'subject'];
const seeds = Array.from({ length: 20 }, (_, i) => i * 7919);

for (const [name, samples] of Object.entries(datasets))
  for (const by of modes) {
    if (by === 'declared' && name !== 'mixed') continue;
    describe(`${name} split by ${by}`, () => {
      test('two sides, every sample once, no sequence on both, for every seed', () => {
        for (const seed of seeds) {
          const { train, test: held } = split(samples, { by, testFraction: 0.25, seed });
          expect([...train, ...held].toSorted((a, b) => a - b)).toEqual(samples.map((_, i) => i));
          expect(train.length).toBeGreaterThan(0);
          expect(held.length).toBeGreaterThan(0);
          const sequences = (side: number[]) =>
            new Set(side.map(i => samples[i]?.sequence).filter(sequence => sequence != null));
          expect(
            [...sequences(train)].filter(sequence => sequences(held).has(sequence)),
            `seed ${seed}`,
          ).toEqual([]);
        }
      });

      test('the same seed gives the same split', () => {
        const options = { by, testFraction: 0.3, seed: 5 };
        expect(split(samples, options)).toEqual(split(samples, options));
      });

      if (by !== 'declared' && !(by === 'auto' && name === 'mixed'))
        test('another seed gives another split', () => {
          const held = (seed: number) => split(samples, { by, testFraction: 0.3, seed }).test;
          expect(held(1)).not.toEqual(held(2));
        });
    });
  }

test('by sample, every cell of identity and expression gives its share, for every seed', () => {
  for (const seed of seeds) {
    const { test: held } = split(datasets.pictures, { by: 'sample', testFraction: 0.25, seed });
    const cells = new Map<string, number>();
    for (const i of held) {
      const { identity, expression } = datasets.pictures[i] ?? sample({});
      const key = `${identity}/${expression}`;
      cells.set(key, (cells.get(key) ?? 0) + 1);
    }
    expect(cells.size).toBe(24 * 7);
    expect(new Set(cells.values())).toEqual(new Set([2]));
  }
});

test('by sequence, each subject of four gives one and keeps three, for every seed', () => {
  for (const seed of seeds) {
    const { train, test: held, rule } = split(datasets.sequences, { by: 'auto', testFraction: 0.25, seed });
    expect(held).toHaveLength(20 * 3);
    expect(new Set(train.map(i => datasets.sequences[i]?.identity)).size).toBe(20);
    expect(rule).toMatch(/^by sequence/);
  }
});

test('by sequence, a subject with a single sequence is never held out, one with two gives one', () => {
  const samples = [0, 1, 1].map((identity, i) => sample({ identity, sequence: `q${i}` }));
  for (const seed of seeds) {
    const { test: held } = split(samples, { by: 'sequence', testFraction: 0.1, seed });
    expect(held).toHaveLength(1);
    expect([1, 2]).toContain(held[0]);
  }
});

test('by subject, nobody is on both sides, for every seed', () => {
  for (const seed of seeds) {
    const { train, test: held } = split(datasets.sequences, {
      by: 'subject',
      testFraction: 0.2,
      seed,
    });
    const people = (side: number[]) => new Set(side.map(i => datasets.sequences[i]?.identity));
    expect(people(held).size).toBe(4);
    expect(
      [...people(train)].filter(person => people(held).has(person)),
      `seed ${seed}`,
    ).toEqual([]);
  }
});

test('small cells still give about the fraction over the whole', () => {
  const samples = grid(50, 7, 1, () => ({}));
  for (const seed of seeds) {
    const { test: held } = split(samples, { by: 'sample', testFraction: 0.2, seed });
    // 50 people give 1 or 2 of 7 each, 1.4 on average: deviation √(50·.4·.6) ≈ 3.5, so ± 14 is four of them.
    expect(Math.abs(held.length - 70)).toBeLessThanOrEqual(14);
  }
});

test('auto takes the declared split, then sequences, then samples', () => {
  const rule = (samples: Row[]) => split(samples, { by: 'auto', testFraction: 0.25, seed: 1 }).rule;
  expect(rule(datasets.mixed)).toMatch(/declares/);
  expect(rule(datasets.sequences)).toMatch(/by sequence/);
  expect(rule(datasets.pictures)).toMatch(/by image/);
});

test('a declared split keeps its pictures, and sequences that it cuts go to training', () => {
  const { test: held } = split(datasets.mixed, { by: 'declared', testFraction: 0.25, seed: 1 });
  const expected = datasets.mixed.flatMap((s, i) => (s.split === 'test' && s.sequence === null ? [i] : []));
  expect(held).toEqual(expected);
});

/** Eight pictures of each person: four to train, two to validate, two to test. */
const threeSides = grid(3, 1, 8, (_, __, k) => ({
  split: k < 4 ? 'train' : k < 6 ? 'validation' : 'test',
}));

test('a validation side beside a test side is neither trained on nor tested', () => {
  for (const by of ['auto', 'declared'] as const) {
    const { train, validation, test: held, rule } = split(threeSides, { by, testFraction: 0.25, seed: 1 });
    const sides = { train, validation, test: held };
    for (const [side, members] of Object.entries(sides))
      expect(members, side).toEqual([...threeSides.keys()].filter(i => threeSides[i]?.split === side));
    expect(rule).toMatch(/declares/);
  }
  for (const by of ['sample', 'subject'] as const)
    expect(split(threeSides, { by, testFraction: 0.25, seed: 1 }).validation).toEqual([]);
});

test('a validation side alone is the test side', () => {
  const twoSides = threeSides.map(row => (row.split === 'test' ? { ...row, split: null } : row));
  const { train, validation, test: held } = split(twoSides, { by: 'auto', testFraction: 0.25, seed: 1 });
  expect(validation).toEqual([]);
  expect(held).toEqual([...threeSides.keys()].filter(i => threeSides[i]?.split === 'validation'));
  expect(train).toHaveLength(18);
});

test('a sequence that is validation and test is tested as a whole, one that is also training trained on', () => {
  const rows = ['train', 'validation', 'test', 'validation', 'test', 'train', 'test', 'validation'] as const;
  const sequences = ['a', 'b', 'c', 'd', 'd', 'e', 'e', 'e'];
  const samples = rows.map((side, i) => sample({ split: side, sequence: sequences[i] ?? null }));
  const { train, validation, test: held } = split(samples, { by: 'auto', testFraction: 0.25, seed: 1 });
  expect({ train, validation, held }).toEqual({ train: [0, 5, 6, 7], validation: [1], held: [2, 3, 4] });
});

test('what cannot be split says so', () => {
  const plain = grid(1, 2, 2, () => ({}));
  const failing =
    (by: SplitBy, testFraction = 0.25) =>
    () =>
      split(plain, { by, testFraction, seed: 1 });
  expect(failing('declared')).toThrow(/declares no split/);
  expect(failing('subject')).toThrow(/at least two people; this dataset has 1/);
  expect(failing('auto', 1)).toThrow(/held-out share is 1/);
  expect(failing('auto', Number.NaN)).toThrow(/held-out share is NaN/);
  const lonely = grid(5, 1, 1, () => ({}));
  expect(split(lonely, { by: 'auto', testFraction: 0.25, seed: 1 })).toMatchObject({
    train: [0, 1, 2, 3, 4],
    test: [],
    rule: expect.stringContaining('nothing is held out'),
  });
});
