/**
 * @file Which pairs of images verification is scored on: same person or two people. Pure and deterministic by seed.
 *
 * A pair never joins two frames of one sequence. They are nearly the same picture, so that a network that learned nothing
 * tells them from other people (METHOD section 6: on CK+48 raw pixels reach an area of 1.0000). Where held-out images
 * alone give too few pairs of one person, each is paired with training images of other sequences, of one person and of
 * two alike: were only the same-person pairs to touch the training side, having been trained on would give them away.
 */
import { group } from 'd3-array';
import { permutation, stream } from '../random';
import type { System } from '../tasks/task';

/** What pairing needs to know of an image. */
export interface Face {
  /** Index into the dataset. */
  sample: number;
  /** −1 = unknown: the image forms no pair. */
  identity: number;
  /** −1 = unknown. */
  modality: number;
  sequence: string | null;
}

export interface ChosenPairs {
  sides: 'heldOut' | 'heldOutTraining';
  /** Training images to embed besides the held-out ones, as indices into the dataset. */
  training: number[];
  /** Two indices into the dataset a pair, one pair after the other. */
  same: Uint32Array;
  different: Uint32Array;
}

/**
 * So many pairs of each kind at least, counted once a pair of sequences (an image without one stands for itself), as
 * frames add nearly nothing. The standard error of an area near .9 from n pairs is about √(.9·.1 / n): .04 for 50, less
 * than what the papers' methods differ by. With fewer, their order would be chance.
 */
export const fewestPairs = 50;
/** At most so many pairs of each kind, drawn from the seed: the area's standard error is below .002 then. */
export const mostPairs = 100_000;
/** At most so many images a side, so that their embeddings and pairs stay cheap however large the dataset. */
export const mostHeldOut = 2000;
export const mostTraining = 1000;
/** Where a side has too many images, at least so many of a person, if there are: otherwise no two would be of one. */
const atLeastEach = 8;

/** About as many images of each person as of the next, `limit` in all. */
function spread(faces: readonly Face[], limit: number, seed: number, side: string): Face[] {
  if (faces.length <= limit) return [...faces];
  const people = group(faces, ({ identity }) => identity);
  const each = Math.max(atLeastEach, Math.floor(limit / people.size));
  const chosen: Face[] = [];
  const groups = [...people.values()];
  for (const p of permutation(groups.length, 'pairs', side, seed)) {
    const own = groups[p] ?? [];
    const order = permutation(own.length, 'pairs', side, seed, own[0]?.identity ?? -1);
    for (const i of order.subarray(0, Math.min(each, limit - chosen.length))) chosen.push(own[i] as Face);
  }
  return chosen.sort((a, b) => a.sample - b.sample);
}

/** Keeps at most `limit` of the pairs it is offered, each equally likely (reservoir sampling, algorithm R). */
class PairList {
  readonly #pairs: number[] = [];
  readonly #sequences = new Set<string>();
  readonly #random: ReturnType<typeof stream>;
  #offered = 0;

  constructor(kind: string, seed: number) {
    this.#random = stream('pairs', kind, seed);
  }

  offer(a: Face, b: Face): void {
    const offered = this.#offered++;
    const at = offered < mostPairs ? offered : this.#random.integer(offered + 1);
    if (at < mostPairs) {
      this.#pairs[2 * at] = a.sample;
      this.#pairs[2 * at + 1] = b.sample;
    }
    if (!this.isEnough) {
      const names = [a, b].map(({ sequence, sample }) => sequence ?? `image ${sample}`);
      this.#sequences.add(JSON.stringify(names.sort()));
    }
  }

  /** Pairs of sequences; counted up to `fewestPairs`. */
  get sequencePairs(): number {
    return this.#sequences.size;
  }
  get isEnough(): boolean {
    return this.#sequences.size >= fewestPairs;
  }
  toArray(): Uint32Array {
    return Uint32Array.from(this.#pairs);
  }
}

function pairUp(
  left: readonly Face[],
  right: readonly Face[] | null,
  { rule, seed }: { rule: System['pairs']; seed: number },
) {
  const same = new PairList('same', seed);
  const different = new PairList('different', seed);
  const mayPair = (a: Face, b: Face) =>
    (a.sequence === null || a.sequence !== b.sequence) &&
    (rule === 'all' || (a.modality >= 0 && b.modality >= 0 && a.modality !== b.modality));
  for (const [i, a] of left.entries()) {
    // Without another side: every image with those after it.
    const others = right ?? left;
    for (let j = right ? 0 : i + 1; j < others.length; j++) {
      const b = others[j] as Face;
      if (!mayPair(a, b)) continue;
      (a.identity === b.identity ? same : different).offer(a, b);
    }
  }
  return { same, different };
}

/** The pairs to score, or the reason, for a person, that there are none. */
export function choosePairs(
  heldOut: readonly Face[],
  training: readonly Face[],
  options: { rule: System['pairs']; seed: number },
): ChosenPairs | { why: string } {
  const { seed, rule } = options;
  const known = ({ identity }: Face) => identity >= 0;
  const left = spread(heldOut.filter(known), mostHeldOut, seed, 'held out');
  if (left.length === 0) {
    return {
      why:
        heldOut.length === 0
          ? 'No image is held out, so there is none to verify.'
          : 'No held-out image says who it shows, so no pair of one person is known.',
    };
  }
  const alone = pairUp(left, null, options);
  if (alone.same.isEnough && alone.different.isEnough) {
    return {
      sides: 'heldOut',
      training: [],
      same: alone.same.toArray(),
      different: alone.different.toArray(),
    };
  }
  const people = new Set(left.map(({ identity }) => identity));
  const right = spread(
    training.filter(({ identity }) => people.has(identity)),
    mostTraining,
    seed,
    'training',
  );
  const mixed = pairUp(left, right, options);
  if (mixed.same.isEnough && mixed.different.isEnough) {
    return {
      sides: 'heldOutTraining',
      training: right.map(({ sample }) => sample),
      same: mixed.same.toArray(),
      different: mixed.different.toArray(),
    };
  }
  const better = mixed.same.sequencePairs >= alone.same.sequencePairs ? mixed : alone;
  const short = better.same.isEnough ? 'different' : 'same';
  const which = short === 'same' ? 'of one person' : 'of two people';
  const modalities = rule === 'crossModal' ? ' and two modalities' : '';
  return {
    why: `Only ${better[short].sequencePairs} pairs ${which} from different sequences${modalities} can be formed, even with training images; at least ${fewestPairs} are needed for a figure that is not chance.`,
  };
}
