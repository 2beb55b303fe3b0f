/**
 * @file Verification: area under the ROC of same/different pairs of the held-out samples, by squared distance of their
 * l2-normalised embeddings (the authors' measure; see also Schroff et al., FaceNet, CVPR 2015). With samples of two
 * modalities a pair is one of each: caricature–photo. The area is exact, ties counted half (Mann–Whitney).
 */
import { stream } from '../../random';
import type { Metric, Predictions } from '../metric';

/** Up to this many pairs all are compared; beyond, half as many of each kind at most, drawn from the seed. */
export const pairLimit = 200_000;

export interface RocAuc {
  /** 0–1: how often a pair of one person is closer than a pair of two. */
  auc: number;
  /** Pairs compared. */
  pairs: number;
}

/**
 * P(s < d) + ½·P(s = d) for s of `same` and d of `different`. Sorts both in place.
 * `null` when one is empty or holds a NaN.
 */
export function areaUnderRoc(same: Float64Array, different: Float64Array): number | null {
  same.sort();
  different.sort();
  // Typed arrays sort NaN to the end.
  const lastSame = same.at(-1);
  const lastDifferent = different.at(-1);
  if (lastSame === undefined || lastDifferent === undefined) return null;
  if (Number.isNaN(lastSame) || Number.isNaN(lastDifferent)) return null;
  let below = 0;
  let upTo = 0;
  let wins = 0;
  for (const d of different) {
    while (below < same.length && (same[below] as number) < d) below++;
    while (upTo < same.length && (same[upTo] as number) <= d) upTo++;
    wins += (below + upTo) / 2;
  }
  return wins / (same.length * different.length);
}

/** Samples with all the labels a pair needs, and which two of them may form one. */
interface Candidates {
  samples: readonly number[];
  /** The samples of each identity. */
  groups: ReadonlyMap<number, readonly number[]>;
  mayPair(a: number, b: number): boolean;
  /** Number of pairs of one identity / of two. */
  same: number;
  different: number;
}

function groupBy(members: readonly number[], keyOf: (member: number) => number): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (const member of members) {
    const group = groups.get(keyOf(member));
    if (group) group.push(member);
    else groups.set(keyOf(member), [member]);
  }
  return groups;
}

function candidatesOf({ identities, modalities }: Predictions): Candidates {
  const known = [...identities.keys()].filter(i => (identities[i] ?? -1) >= 0);
  const cross = new Set(known.map(i => modalities[i] ?? -1).filter(m => m >= 0)).size > 1;
  const samples = cross ? known.filter(i => (modalities[i] ?? -1) >= 0) : known;
  const groups = groupBy(samples, i => identities[i] as number);
  const modality = (i: number) => modalities[i] as number;
  // All pairs of n samples, less those of one modality where only mixed ones count.
  const pairs = (n: number) => (n * (n - 1)) / 2;
  const countPairs = (members: readonly number[]) => {
    if (!cross) return pairs(members.length);
    const alike = [...groupBy(members, modality).values()].reduce((sum, m) => sum + pairs(m.length), 0);
    return pairs(members.length) - alike;
  };
  const same = [...groups.values()].reduce((sum, group) => sum + countPairs(group), 0);
  return {
    samples,
    groups,
    mayPair: cross ? (a, b) => modality(a) !== modality(b) : () => true,
    same,
    different: countPairs(samples) - same,
  };
}

/** Visits every pair of one kind, or `limit` of them drawn with replacement, each pair equally likely. */
function visitPairs(
  { samples, groups, mayPair, ...count }: Candidates,
  kind: 'same' | 'different',
  { limit, seed, identities }: { limit: number; seed: number; identities: Int32Array },
  visit: (a: number, b: number) => void,
): void {
  const isKind = (a: number, b: number) => (identities[a] === identities[b]) === (kind === 'same');
  if (count[kind] <= limit) {
    for (const members of kind === 'same' ? groups.values() : [samples])
      for (const [at, a] of members.entries())
        for (let other = at + 1; other < members.length; other++) {
          const b = members[other] as number;
          if (isKind(a, b) && mayPair(a, b)) visit(a, b);
        }
    return;
  }
  const { integer } = stream(seed, 'rocAuc', kind);
  const largest = Math.max(...[...groups.values()].map(group => group.length));
  for (let found = 0; found < limit; ) {
    const a = samples[integer(samples.length)] as number;
    // A draw beyond the end of a small group is drawn again: pairs of small and large groups stay equally likely.
    const b =
      kind === 'same'
        ? groups.get(identities[a] as number)?.[integer(largest)]
        : samples[integer(samples.length)];
    if (b === undefined || a === b || !isKind(a, b) || !mayPair(a, b)) continue;
    visit(a, b);
    found++;
  }
}

/** `null` where the held-out samples hold no pair of one person or no pair of two. */
export const rocAuc: Metric<RocAuc | null> = {
  label: 'ROC area of same/different pairs',
  needs: ['embeddings'],
  compute(predictions, seed) {
    const { identities, embeddings } = predictions;
    const { size, values } = embeddings;
    const squaredDistance = (a: number, b: number) => {
      let sum = 0;
      for (let k = 0; k < size; k++)
        sum += ((values[a * size + k] as number) - (values[b * size + k] as number)) ** 2;
      return sum;
    };
    const candidates = candidatesOf(predictions);
    const all = candidates.same + candidates.different <= pairLimit;
    const distances = (kind: 'same' | 'different') => {
      const limit = all ? candidates[kind] : Math.min(candidates[kind], pairLimit / 2);
      const found = new Float64Array(limit);
      let at = 0;
      visitPairs(candidates, kind, { limit, seed, identities }, (a, b) => {
        found[at++] = squaredDistance(a, b);
      });
      return found;
    };
    const same = distances('same');
    const different = distances('different');
    const auc = areaUnderRoc(same, different);
    return auc === null ? null : { auc, pairs: same.length + different.length };
  },
};
