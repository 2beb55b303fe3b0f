import { describe, expect, test } from 'vitest';
import { stream } from '../../../workers/random';
import {
  choosePairs,
  type Face,
  fewestPairs,
  mostHeldOut,
  mostPairs,
  mostTraining,
} from '../../../workers/samples/pairs';

interface Drawn {
  people: number;
  sequences: number;
  modalities: number;
  seed: number;
}

/** Faces at random, some of unknown identity or modality, some of no sequence; `from`: index of the first. */
function randomFaces(count: number, { people, sequences, modalities, seed }: Drawn, from = 0): Face[] {
  const { integer, uniform } = stream('faces', seed, from);
  return Array.from({ length: count }, (_, i) => {
    const identity = uniform() < 0.1 ? -1 : integer(people);
    const sequence = uniform() < 0.2 ? null : `${identity}/${integer(sequences)}`;
    return { sample: from + i, label: identity, modality: integer(modalities + 1) - 1, sequence };
  });
}

const listed = (pairs: Uint32Array) =>
  Array.from({ length: pairs.length / 2 }, (_, i) => [pairs[2 * i] ?? -1, pairs[2 * i + 1] ?? -1] as const);

/** All pairs of one kind, found directly by the definition. `b` goes over the same list or over another one. */
function bruteForce(faces: readonly Face[], others: readonly Face[] | null, rule: 'all' | 'crossModal') {
  const found = { same: [] as string[], different: [] as string[] };
  for (const a of faces)
    for (const b of others ?? faces) {
      if (!others && a.sample >= b.sample) continue;
      if (a.label < 0 || b.label < 0) continue;
      if (a.sequence !== null && a.sequence === b.sequence) continue;
      if (rule === 'crossModal' && (a.modality < 0 || b.modality < 0 || a.modality === b.modality)) continue;
      found[a.label === b.label ? 'same' : 'different'].push(`${a.sample} ${b.sample}`);
    }
  return found;
}

const must = (chosen: ReturnType<typeof choosePairs>) => {
  if ('why' in chosen) throw new Error(chosen.why);
  return chosen;
};
const why = (chosen: ReturnType<typeof choosePairs>) => ('why' in chosen ? chosen.why : 'there are pairs');
const names = (pairs: Uint32Array) =>
  listed(pairs)
    .map(([a, b]) => `${a} ${b}`)
    .sort();

describe.each(['all', 'crossModal'] as const)('of the rule %s', rule => {
  test.each([1, 2, 3, 4, 5])(
    'the pairs of held-out images are all that the definition gives (seed %i)',
    seed => {
      const faces = randomFaces(150, { people: 6, sequences: 4, modalities: 2, seed });
      const chosen = must(choosePairs(faces, [], { rule, seed, column: 'identity' }));
      const expected = bruteForce(faces, null, rule);
      expect(chosen).toMatchObject({ sides: 'heldOut', training: [] });
      expect(names(chosen.same)).toEqual(expected.same.sort());
      expect(names(chosen.different)).toEqual(expected.different.sort());
    },
  );

  test.each([1, 2, 3])('too few of one person: each held-out image with training images (seed %i)', seed => {
    const drawn = { people: 30, sequences: 9, modalities: 2, seed };
    const heldOut = randomFaces(25, drawn);
    const training = randomFaces(900, drawn, 25);
    const chosen = must(choosePairs(heldOut, training, { rule, seed, column: 'identity' }));
    const people = new Set(heldOut.map(({ label }) => label));
    const known = training.filter(({ label }) => people.has(label));
    const expected = bruteForce(heldOut, known, rule);
    expect(chosen.sides).toBe('heldOutTraining');
    expect(names(chosen.same)).toEqual(expected.same.sort());
    expect(names(chosen.different)).toEqual(expected.different.sort());
    expect(new Set(chosen.training)).toEqual(
      new Set(known.filter(({ label }) => label >= 0).map(({ sample }) => sample)),
    );
  });
});

/** `people` with `sequences` of three frames each, numbered from `from`. */
const frames = (people: number, sequences: number, from = 0): Face[] =>
  Array.from({ length: people * sequences * 3 }, (_, i) => ({
    sample: from + i,
    label: Math.floor(i / (3 * sequences)),
    modality: -1,
    sequence: `${from} ${Math.floor(i / 3)}`,
  }));

test('one sequence a person held out: no pair within it, whatever the size', () => {
  const chosen = must(
    choosePairs(frames(60, 1), frames(60, 2, 1000), { rule: 'all', seed: 1, column: 'identity' }),
  );
  expect(chosen.sides).toBe('heldOutTraining');
  // Each of 3 held-out frames with 2 · 3 training frames of the person.
  expect(listed(chosen.same)).toHaveLength(60 * 3 * 6);
  const joined = [...listed(chosen.same), ...listed(chosen.different)];
  expect(joined.every(([a, b]) => a < 180 && b >= 1000)).toBe(true);
});

test('frames do not count as evidence: pairs of sequences must reach the least number', () => {
  const options = { rule: 'all', seed: 1, column: 'identity' } as const;
  const enough = choosePairs(frames(fewestPairs, 2), [], options);
  expect(must(enough).sides).toBe('heldOut');
  // 9 pairs of frames a person, but one pair of sequences.
  const short = choosePairs(frames(fewestPairs - 1, 2), [], options);
  expect(why(short)).toMatch(`Only ${fewestPairs - 1} pairs of one person from different sequences`);
});

test('a reason is given where no image is held out, nobody is known, or all show one person', () => {
  const options = { rule: 'all', seed: 1, column: 'identity' } as const;
  expect(why(choosePairs([], frames(9, 9), options))).toMatch(/No image is held out/);
  const strangers = frames(9, 9).map(face => ({ ...face, label: -1 }));
  expect(why(choosePairs(strangers, strangers, options))).toMatch(/has the label of a person/);
  expect(why(choosePairs(frames(1, 40), [], options))).toMatch(/Only 0 pairs of two people/);
  const crossModal = choosePairs(frames(60, 3), frames(60, 3, 1000), {
    rule: 'crossModal',
    seed: 1,
    column: 'identity',
  });
  expect(why(crossModal)).toMatch(/Only 0 pairs of one person from different sequences and two modalities/);
});

test('a reason names the label column where it is not the person', () => {
  const options = { rule: 'all', seed: 1, column: 'expression' } as const;
  const unlabelled = frames(9, 9).map(face => ({ ...face, label: -1 }));
  expect(why(choosePairs(unlabelled, unlabelled, options))).toBe(
    'No held-out image has a label of expression, so no pair with the same expression is known.',
  );
  expect(why(choosePairs(frames(1, 40), [], options))).toMatch(
    /^Only 0 pairs that differ in expression from different sequences can be formed/,
  );
  expect(why(choosePairs(frames(2, 2), [], options))).toMatch(/^Only 2 pairs with the same expression from/);
});

test('beyond the limits a seeded part stands for all: so many images a side, so many pairs a kind', () => {
  const faces = frames(300, 10).map(face => ({ ...face, sequence: null }));
  const options = { rule: 'all', seed: 1, column: 'identity' } as const;
  const chosen = must(choosePairs(faces, [], options));
  const images = new Set([...chosen.same, ...chosen.different]);
  expect(images.size).toBeLessThanOrEqual(mostHeldOut);
  expect(images.size).toBeGreaterThan(0.8 * mostHeldOut);
  expect(listed(chosen.different)).toHaveLength(mostPairs);
  expect(new Set(names(chosen.different)).size, 'none twice').toBe(mostPairs);
  expect(must(choosePairs(faces, [], options))).toEqual(chosen);
  expect(must(choosePairs(faces, [], { ...options, seed: 2 })).different).not.toEqual(chosen.different);
  const oneEach = faces.filter((_, i) => i % 30 === 0);
  const mixed = must(choosePairs(oneEach, frames(300, 10, 20_000), options));
  expect(mixed.training.length).toBeLessThanOrEqual(mostTraining);
  expect(listed(mixed.same).length).toBeGreaterThanOrEqual(fewestPairs);
});

test('drawn pairs are drawn evenly: every image in about as many', () => {
  const faces = frames(60, 10).map(face => ({ ...face, sequence: null }));
  const { different } = must(choosePairs(faces, [], { rule: 'all', seed: 3, column: 'identity' }));
  const times = new Map<number, number>();
  for (const sample of different) times.set(sample, (times.get(sample) ?? 0) + 1);
  const mean = (2 * mostPairs) / faces.length;
  // About 111 of 1770 pairs an image: hypergeometric, deviation 10.2; six of them either way.
  for (const { sample } of faces)
    expect(Math.abs((times.get(sample) ?? 0) - mean)).toBeLessThan(6 * Math.sqrt(mean));
});
