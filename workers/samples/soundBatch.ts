/**
 * @file A batch without damaged pictures. Each of them is replaced by a sample that comes later in the order of the
 * epochs, after the batch: the first damaged one by the first sound one there, and so on. So the seed, the step and the
 * files alone say what is in a batch, for compared runs and for a resumed one alike, whenever the damage was found.
 */
import type { Pixels } from '../protocol/dataset';
import { AppError } from '../protocol/errors';

interface BatchRequest<S extends { sample: number }> {
  /** Whose pictures are wanted; `sample` is an index into the dataset. */
  samples: readonly S[];
  /** What comes after them, without an end. */
  spare: Iterable<S>;
  /** Samples known to be damaged; those found now are added. */
  damaged: Set<number>;
  /** Pictures of samples. */
  load(indices: number[]): Promise<Pixels>;
  /** How many different samples there are. */
  count: number;
  /** Of the dataset. */
  name: string;
}

/**
 * As many samples as were asked for, and their pictures.
 * @throws AppError `dataset/undecodable` when no sample has a sound picture.
 */
export async function soundBatch<S extends { sample: number }>({
  samples,
  spare,
  damaged,
  load,
  count,
  name,
}: BatchRequest<S>): Promise<{ samples: S[]; bytes: Uint8Array<ArrayBuffer> }> {
  const first = await load(samples.map(({ sample }) => sample));
  for (const sample of first.damaged) damaged.add(sample);
  const { bytes } = first;
  const chosen = [...samples];
  const empty = [...samples.keys()].filter(i => damaged.has(samples[i]?.sample ?? -1));
  const length = bytes.length / samples.length;
  const next = spare[Symbol.iterator]();

  while (empty.length > 0) {
    const candidates: S[] = [];
    while (candidates.length < empty.length) {
      if (damaged.size >= count) throw undecodable(name, count);
      const { value } = next.next();
      if (value && !damaged.has(value.sample)) candidates.push(value);
    }
    const found = await load(candidates.map(({ sample }) => sample));
    for (const sample of found.damaged) damaged.add(sample);
    for (const [i, candidate] of candidates.entries()) {
      if (damaged.has(candidate.sample)) continue;
      const at = empty.shift() ?? 0;
      chosen[at] = candidate;
      bytes.set(found.bytes.subarray(i * length, (i + 1) * length), at * length);
    }
  }
  return { samples: chosen, bytes };
}

function undecodable(name: string, count: number): AppError {
  return new AppError(
    'dataset/undecodable',
    `None of the ${count} training images in ${name} can be decoded. Check that they open in an image viewer, and pack them again.`,
  );
}
