/**
 * @file Decides which samples are held out of training. The result depends only on the dataset, the options and the seed. The
 * frames of one sequence always stay on one side. They are nearly the same picture, so if they were on both sides, the
 * scores would only show that the network remembers the training images.
 */

import type { DatasetIndex, Sample } from '../protocol/dataset';
import { AppError } from '../protocol/errors';
import { permutation, stream } from '../random';

export type SplitBy = 'auto' | 'declared' | 'sample' | 'sequence' | 'subject';
export interface SplitOptions {
  by: SplitBy;
  /** The share of samples to hold out, from 0 to 1. The result is close to it, but not always equal. */
  testFraction: number;
  seed: number;
}
/** The indices of the samples on each side, in ascending order. */
export interface Split {
  train: number[];
  /** The samples that are scored during training. Only a dataset that declares its own split has any. */
  validation: number[];
  test: number[];
  /** How the split was made, in words. */
  rule: string;
}

/** Samples that must stay together: a sequence, or a single image. */
interface Group {
  members: number[];
  identity: number | null;
  /** Expression and modality. Groups are held out in proportion to the size of each stratum. */
  stratum: string;
}

/** The groups that are held out of training. */
interface HeldOut {
  validation: readonly Group[];
  test: readonly Group[];
}
const tested = (test: readonly Group[]): HeldOut => ({ validation: [], test });

/** The part of a dataset that a split needs. */
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

/** The groups by identity. Groups without an identity are together under `null`. */
function byIdentity(groups: readonly Group[]): Map<number | null, Group[]> {
  const people = new Map<number | null, Group[]>();
  for (const g of groups) people.set(g.identity, [...(people.get(g.identity) ?? []), g]);
  return people;
}

function shuffled<T>(items: readonly T[], ...words: (number | string)[]): T[] {
  return Array.from(permutation(items.length, ...words), i => items[i] as T);
}

/**
 * Picks `count` of the groups, in proportion to the size of each stratum. Each stratum first gives the whole part of its
 * share. The rest comes from the strata with the largest remainders. Equal remainders are in random order.
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

/**
 * Holds out groups of each identity. Every identity keeps at least one group for training.
 * @param atLeastOne whether an identity with two or more groups gives at least one of them.
 */
function withinIdentities(groups: readonly Group[], options: SplitOptions, atLeastOne: boolean): Group[] {
  const { testFraction, seed } = options;
  return [...byIdentity(groups)].flatMap(([who, own]) => {
    const exact = testFraction * own.length;
    // The number is rounded up or down at random, so that the sum over all people is close to the wanted share.
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
 * The split that the dataset declares. A sequence that is partly on the training side goes to training as a whole. A sequence
 * that is partly validation and partly test goes to the test side. If there is a validation side but no test side, the
 * validation side becomes the test side.
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
 * Splits a dataset into training, validation and test samples.
 * @throws AppError `split/fraction` when the share is not between 0 and 1, `split/declared` or `split/subject` when the dataset
 * cannot be split in that way.
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
