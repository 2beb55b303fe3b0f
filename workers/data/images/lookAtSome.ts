/**
 * @file Looks at some pictures when a dataset is opened: at the first bytes of a few, and at one whole picture. So a completely
 * damaged download is found at once. Other damaged pictures are found when they are first needed (`watchDamage`).
 */
import type { OpenProgress, Skipped } from '../../protocol/dataset';
import { mapLimited } from '../archive/pool';
import type { Image, RawSample } from '../layouts/layout';
import { damageOf } from './damage';
import { type Decode, headProblem } from './decode';
import { headerBytes } from './imageHeader';

/** How many reads are under way at once. More would not be faster, and each needs a buffer. */
const readsAtOnce = 8;
/** The first bytes of this many images are checked. */
const looks = 32;

/** What is wrong with the first bytes of an image, in the words of the list of left-out files, or `null`. */
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

/** What is wrong with a whole image, in the same words, or `null`. */
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
 * Leaves out samples that are not pictures. First it checks the first bytes of some samples, which are spread over the dataset.
 * Then it decodes one sample after the other until one is a picture. If none is, all samples are left out in the end.
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
