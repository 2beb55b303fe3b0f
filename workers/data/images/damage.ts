/**
 * @file Damaged pictures. They are found when they are first needed, because decoding a whole archive when it opens would take
 * too long. Training goes on without them, and the page adds them to its list of files that were left out.
 */
import type { Skipped } from '../../protocol/dataset';
import { AppError } from '../../protocol/errors';
import type { SampleSource } from '../sampleSource';

/** The error for a file that can never be decoded. `reason` is a clause for a list, such as "its picture is damaged". */
export class DamagedPicture extends AppError {
  readonly reason: string;
  constructor(path: string, byteLength: number, reason: string, cause?: unknown) {
    super(
      'dataset/decode',
      `${path} (${byteLength} bytes) cannot be decoded: ${reason}. Take it out of the dataset, or save it again as PNG.`,
      { cause },
    );
    this.reason = reason;
  }
}

/** The reason for the list of left-out files if the picture itself is damaged, or `null` for any other error. */
export function damageOf(error: unknown): string | null {
  if (error instanceof DamagedPicture) return `cannot be decoded: ${error.reason}`;
  if (error instanceof AppError && error.code === 'archive/damaged')
    return 'cannot be decoded: it is damaged in the archive';
  return null;
}

/** Wraps a source. `onDamage` is told of each damaged picture once, and such a picture is not decoded again. */
export function watchDamage(source: SampleSource, onDamage: (skipped: Skipped) => void): SampleSource {
  const known = new Map<number, unknown>();
  return {
    ...source,
    async pixels(sample, size, signal) {
      if (known.has(sample)) throw known.get(sample);
      try {
        return await source.pixels(sample, size, signal);
      } catch (error) {
        const reason = damageOf(error);
        if (reason !== null && !known.has(sample)) {
          known.set(sample, error);
          onDamage({ path: source.index.samples[sample]?.path ?? '', reason });
        }
        throw error;
      }
    },
  };
}
