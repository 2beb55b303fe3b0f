/**
 * @file Chooses the pairs of images on which the verification of one task is scored. The two images of a pair have the same
 * label in the column of the task, or two labels. If the column is `identity`, they show one person or two people. The
 * choice depends only on the images and the seed.
 *
 * A pair never has two frames of one sequence. Such frames are nearly the same picture, so even a network that has learned
 * nothing would know that they have the same label (METHOD section 6: on CK+48 raw pixels reach an area of 1.0000). If the
 * held-out images alone give too few pairs, held-out images are paired with training images of other sequences. This is
 * done for both kinds of pairs. If only the pairs with the same label had a training image, the network could recognise
 * them because it was trained on that image.
 */
import { group } from 'd3-array';
import { permutation, stream } from '../random';
import type { System } from '../tasks/task';
import { pairWords } from './pairWords';

/** What must be known of an image to pair it. */
export interface Face {
  /** The index of the image in the dataset. */
  sample: number;
  /**
   * The class in the label column of the task that embeds. −1 says that it is unknown, or that the task does not see the
   * image. The image then forms no pair.
   */
  label: number;
  /** −1 says that the modality is unknown. */
  modality: number;
  sequence: string | null;
}

export interface ChosenPairs {
  sides: 'heldOut' | 'heldOutTraining';
  /** The training images in the pairs, as indices into the dataset. Their embeddings are needed too. */
  training: number[];
  /** The pairs with the same label: two indices into the dataset for each pair, one pair after the other. */
  same: Uint32Array;
  /** The pairs with two labels, in the same form. */
  different: Uint32Array;
}

/**
 * The smallest number of pairs of each kind. Each pair of sequences counts once, because more frames of the same sequences
 * add almost no information. An image without a sequence counts as a sequence. The standard error of an area near 0.9 from n
 * pairs is about √(0.9·0.1 / n). That is 0.04 for 50 pairs, which is less than the differences between the papers' methods.
 */
export const fewestPairs = 50;
/**
 * The largest number of pairs of each kind. If there are more, the seed decides which are used. The standard error of the
 * area is then below 0.002.
 */
export const mostPairs = 100_000;
/** The largest number of held-out images, so that embeddings and pairs take little time for any dataset. */
export const mostHeldOut = 2000;
/** The largest number of training images. */
export const mostTraining = 1000;
/**
 * If there are too many images, at least this many of each label are kept. With one image of each there would be no pair
 * with the same label.
 */
const atLeastEach = 8;

/** Chooses at most `limit` images, about equally many of each label. */
function spread(faces: readonly Face[], limit: number, seed: number, side: string): Face[] {
  if (faces.length <= limit) return [...faces];
  const groups = [...group(faces, ({ label }) => label).values()];
  const each = Math.max(atLeastEach, Math.floor(limit / groups.length));
  const chosen: Face[] = [];
  for (const p of permutation(groups.length, 'pairs', side, seed)) {
    const own = groups[p] ?? [];
    const order = permutation(own.length, 'pairs', side, seed, own[0]?.label ?? -1);
    for (const i of order.subarray(0, Math.min(each, limit - chosen.length))) chosen.push(own[i] as Face);
  }
  return chosen.sort((a, b) => a.sample - b.sample);
}

/**
 * Keeps at most `mostPairs` of the pairs that it is offered. Each pair is equally likely to be kept (reservoir sampling,
 * algorithm R).
 */
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

  /** The number of pairs of sequences. The count stops at `fewestPairs`. */
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

function pairUp(left: readonly Face[], right: readonly Face[] | null, { rule, seed }: PairOptions) {
  const same = new PairList('same', seed);
  const different = new PairList('different', seed);
  const mayPair = (a: Face, b: Face) =>
    (a.sequence === null || a.sequence !== b.sequence) &&
    (rule === 'all' || (a.modality >= 0 && b.modality >= 0 && a.modality !== b.modality));
  for (const [i, a] of left.entries()) {
    // Without a second list, every image is paired with the images after it.
    const others = right ?? left;
    for (let j = right ? 0 : i + 1; j < others.length; j++) {
      const b = others[j] as Face;
      if (!mayPair(a, b)) continue;
      (a.label === b.label ? same : different).offer(a, b);
    }
  }
  return { same, different };
}

interface PairOptions {
  rule: System['pairs'];
  seed: number;
  /** The label column of the task, for the words of the reason. */
  column: string;
}

/**
 * Chooses the pairs to score.
 * @returns the pairs, or a sentence for the page that says why there are none.
 */
export function choosePairs(
  heldOut: readonly Face[],
  training: readonly Face[],
  options: PairOptions,
): ChosenPairs | { why: string } {
  const { seed, rule, column } = options;
  const words = pairWords(column);
  const known = ({ label }: Face) => label >= 0;
  const left = spread(heldOut.filter(known), mostHeldOut, seed, 'held out');
  if (left.length === 0) {
    return {
      why:
        heldOut.length === 0
          ? 'No image is held out, so there is no pair to score.'
          : `No held-out image has ${words.labelled}, so no pair ${words.ofSame} is known.`,
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
  const labels = new Set(left.map(({ label }) => label));
  const right = spread(
    training.filter(({ label }) => labels.has(label)),
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
  const which = short === 'same' ? words.ofSame : words.ofDifferent;
  const modalities = rule === 'crossModal' ? ' and two modalities' : '';
  return {
    why: `Only ${better[short].sequencePairs} pairs ${which} from different sequences${modalities} can be formed, even with training images; at least ${fewestPairs} are needed for a number that is not due to chance.`,
  };
}
