/**
 * @file What is held out of training. Pure and deterministic by seed. Whatever the mode, frames of one sequence stay
 * on one side: consecutive frames are nearly the same picture, and a split between them measures memory.
 */

import type { DatasetIndex, Sample } from '../protocol/dataset';
import { AppError } from '../protocol/errors';
import { permutation, stream } from '../random';

export type SplitBy = 'auto' | 'declared' | 'sample' | 'sequence' | 'subject';
export interface SplitOptions {
  by: SplitBy;
  /** About this share is held out, 0–1. */
  testFraction: number;
  seed: number;
}
/** Indices of samples, ascending. */
export interface Split {
  train: number[];
  /** Scored while training. Empty but where the dataset declares it beside a test side. */
  validation: number[];
  test: number[];
  /** How it was done, in words. */
  rule: string;
}

/** Samples that must stay together: a sequence, or a single image. */
interface Group {
  members: number[];
  identity: number | null;
  /** Expression and modality: groups alike are held out in proportion. */
  stratum: string;
}

/** What is held out of training. */
interface HeldOut {
  validation: readonly Group[];
  test: readonly Group[];
}
const tested = (test: readonly Group[]): HeldOut => ({ validation: [], test });

/** What a split looks at. */
export type SplitInput = Pick<DatasetIndex, 'samples' | 'columns'>;

function group({ samples, columns: { identity, expression, modality } }: SplitInput): Group[] {
  const groups = new Map<string, Group>();
  samples.forEach((sample, i) => {
    const key = sample.sequence === null ? `image ${i}` : `sequence ${sample.sequence}`;
    const known = groups.get(key);
    if (known) {
      known.members.push(i);
      known.identity ??= identity.values[i] ?? null;
    } else {
      const stratum = `${expression.values[i]}/${modality.values[i]}`;
      groups.set(key, { members: [i], identity: identity.values[i] ?? null, stratum });
    }
  });
  return [...groups.values()];
}

/** Groups by identity; those without one are a class of their own, under `null`. */
function byIdentity(groups: readonly Group[]): Map<number | null, Group[]> {
  const people = new Map<number | null, Group[]>();
  for (const g of groups) people.set(g.identity, [...(people.get(g.identity) ?? []), g]);
  return people;
}

function shuffled<T>(items: readonly T[], ...words: (number | string)[]): T[] {
  return Array.from(permutation(items.length, ...words), i => items[i] as T);
}

/**
 * `count` of the groups, spread over strata in proportion to their size: whole parts first, then the largest
 * remainders, ties in random order.
 */
function pick(groups: readonly Group[], count: number, seed: number, who: number | null): Group[] {
  const strata = new Map<string, Group[]>();
  for (const g of shuffled(groups, 'split', seed, who ?? -1))
    strata.set(g.stratum, [...(strata.get(g.stratum) ?? []), g]);
  const quota = [...strata.values()].map(members => {
    const exact = (count * members.length) / groups.length;
    return { members, take: Math.floor(exact), rest: exact - Math.floor(exact) };
  });
  let left = count - quota.reduce((sum, { take }) => sum + take, 0);
  for (const stratum of quota.toSorted((a, b) => b.rest - a.rest)) {
    if (left <= 0) break;
    stratum.take++;
    left--;
  }
  return quota.flatMap(({ members, take }) => members.slice(0, take));
}

/** Every identity keeps at least one group; one with two or more gives at least one where `atLeastOne`. */
function withinIdentities(groups: readonly Group[], options: SplitOptions, atLeastOne: boolean): Group[] {
  const { testFraction, seed } = options;
  return [...byIdentity(groups)].flatMap(([who, own]) => {
    const exact = testFraction * own.length;
    // Rounded up or down at random, so that the whole comes out at the fraction however small the people's shares are.
    const chance = stream('split count', seed, who ?? -1).uniform();
    const rounded = Math.floor(exact) + (chance < exact - Math.floor(exact) ? 1 : 0);
    const count = Math.min(own.length - 1, atLeastOne && testFraction > 0 ? Math.max(1, rounded) : rounded);
    return pick(own, count, seed, who);
  });
}

function heldOutSubjects(groups: readonly Group[], { testFraction, seed }: SplitOptions): Group[] {
  const people = byIdentity(groups);
  people.delete(null);
  if (people.size < 2)
    throw new AppError(
      'split/subject',
      `A split by subject needs at least two people; this dataset has ${people.size}. Split by sample instead.`,
    );
  const count = Math.min(people.size - 1, Math.max(1, Math.round(testFraction * people.size)));
  return shuffled([...people.values()], 'split subjects', seed)
    .slice(0, count)
    .flat();
}

const isHeldOut = ({ split }: Sample) => split === 'test' || split === 'validation';

/**
 * A sequence that the dataset puts on the training side and on another one goes to training as a whole; one that it puts
 * on both others, to the test side. A validation side alone is the test side.
 */
function declared(samples: readonly Sample[], groups: readonly Group[]): HeldOut {
  const sides = groups.map(({ members }) => members.map(i => samples[i] as Sample));
  const held = groups.filter((_, g) => sides[g]?.every(isHeldOut));
  if (held.length === 0 || held.length === groups.length)
    throw new AppError(
      'split/declared',
      'The dataset declares no split with both a training and a test side. Choose another way to split.',
    );
  const validation = groups.filter((_, g) => sides[g]?.every(({ split }) => split === 'validation'));
  return validation.length === held.length
    ? { validation: [], test: held }
    : { validation, test: held.filter(g => !validation.includes(g)) };
}

/**
 * @throws AppError `split/fraction`, `split/declared`, `split/subject` when the dataset cannot be split that way.
 */
export function splitSamples(dataset: SplitInput, options: SplitOptions): Split {
  const { samples } = dataset;
  const { testFraction, seed } = options;
  if (!(testFraction >= 0 && testFraction < 1))
    throw new AppError(
      'split/fraction',
      `The held-out share is ${testFraction}; it must be at least 0 and below 1.`,
    );
  const groups = group(dataset);
  const sequences = groups.filter(g => samples[g.members[0] ?? -1]?.sequence != null).length;
  const declares = samples.some(isHeldOut) && samples.some(s => s.split === 'train');
  const by =
    options.by !== 'auto' ? options.by : declares ? 'declared' : sequences > 0 ? 'sequence' : 'sample';

  const percent = `${Math.round(testFraction * 100)} %`;
  const [held, rule] = {
    declared: () => [declared(samples, groups), 'as the dataset declares it'] as const,
    subject: () =>
      [
        tested(heldOutSubjects(groups, options)),
        `by subject: ${percent} of the people, split seed ${seed}`,
      ] as const,
    sequence: () =>
      [
        tested(withinIdentities(groups, options, true)),
        `by sequence: about ${percent} of each person's, at least one where there are two, split seed ${seed}`,
      ] as const,
    sample: () =>
      [
        tested(withinIdentities(groups, options, false)),
        `by ${sequences > 0 ? 'image, sequences kept whole' : 'image'}: about ${percent} of each person's, in proportion to expressions, split seed ${seed}`,
      ] as const,
  }[by]();

  const membersOf = (side: readonly Group[]) => side.flatMap(g => g.members).sort((a, b) => a - b);
  const [validation, test] = [membersOf(held.validation), membersOf(held.test)];
  const out = new Set([...validation, ...test]);
  const train = samples.map((_, i) => i).filter(i => !out.has(i));
  return { train, validation, test, rule: out.size > 0 ? rule : `nothing is held out (${rule})` };
}
