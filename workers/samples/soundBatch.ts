/**
 * @file Makes a batch without damaged pictures. The first damaged picture is replaced by the first sound picture that follows
 * the batch in the order of the stream, the second by the next sound one, and so on. So the content of a batch depends only
 * on the seed, the step and the files. It does not matter when the damage was found, so compared runs and resumed runs see
 * the same batches.
 */
import type { Pixels } from '../protocol/dataset';
import { AppError } from '../protocol/errors';

interface BatchRequest<S extends { sample: number }> {
  /** The samples of the batch. `sample` is an index into the dataset. */
  samples: readonly S[];
  /** The samples that follow the batch. This list must not end. */
  spare: Iterable<S>;
  /** The samples that are known to be damaged. The function adds those that it finds. */
  damaged: Set<number>;
  /** Loads the pictures of some samples. */
  load(indices: number[]): Promise<Pixels>;
  /** The number of different samples. */
  count: number;
  /** The name of the dataset. */
  name: string;
}

/**
 * Gives as many samples as `samples` has, and their pictures, `[samples, size, size, 3]`.
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
