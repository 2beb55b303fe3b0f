/**
 * @file What opening a dataset sees of its pictures: a few first bytes, and one whole picture. It tells a download that
 * went wrong as a whole at once; whatever else is damaged shows when it is first wanted (`watchDamage`).
 */
import type { OpenProgress, Skipped } from '../../protocol/dataset';
import { mapLimited } from '../archive/pool';
import type { Image, RawSample } from '../layouts/layout';
import { damageOf } from './damage';
import { type Decode, headProblem } from './decode';
import { headerBytes } from './imageHeader';

/** Disk reads in flight; more does not make a disk faster, and each holds a buffer. */
const readsAtOnce = 8;
/** Images whose first bytes are looked at. */
const looks = 32;

/** What is wrong with an image by its first bytes, as the list of left-out files says it; `null` when they are sound. */
async function problemOfHead(image: Image, signal: AbortSignal): Promise<string | null> {
  try {
    const problem = headProblem(await (image.head?.(headerBytes, signal) ?? image.bytes(signal)));
    return problem && `cannot be decoded: ${problem}`;
  } catch (error) {
    const damage = damageOf(error);
    if (damage === null) throw error;
    return damage;
  }
}

/** The same for the whole image. */
async function problemOfBody(image: Image, decode: Decode, signal: AbortSignal): Promise<string | null> {
  try {
    await decode(image.path, await image.bytes(signal), 1);
    return null;
  } catch (error) {
    const damage = damageOf(error);
    if (damage === null) throw error;
    return damage;
  }
}

/**
 * Leaves out the samples that are seen to be no picture: of some spread over the whole, by their first bytes; then one
 * after the other by decoding, until one is a picture. Where none is, this ends only after the last, with no sample left.
 */
export async function lookAtSome(
  samples: readonly RawSample[],
  decode: Decode,
  signal: AbortSignal,
  progress: (value: OpenProgress) => void,
): Promise<{ samples: RawSample[]; skipped: Skipped[] }> {
  const problems = new Map<RawSample, string>();
  const note = (sample: RawSample, problem: string | null) => problem && problems.set(sample, problem);
  const every = Math.max(1, Math.ceil(samples.length / looks));
  const some = samples.filter((_, i) => i % every === 0);
  let done = 0;
  await mapLimited(some, readsAtOnce, signal, async sample => {
    note(sample, await problemOfHead(sample.image, signal));
    progress({ phase: 'checking', done: ++done, total: some.length });
  });
  for (const sample of [...some, ...samples.filter((_, i) => i % every !== 0)]) {
    if (problems.has(sample)) continue;
    signal.throwIfAborted();
    note(sample, await problemOfBody(sample.image, decode, signal));
    if (!problems.has(sample)) break;
  }
  return {
    samples: samples.filter(sample => !problems.has(sample)),
    skipped: samples.flatMap(sample => {
      const reason = problems.get(sample);
      return reason === undefined ? [] : [{ path: sample.image.path, reason }];
    }),
  };
}
