/**
 * @file Damaged pictures. They are found when somebody first wants them, not by decoding a whole archive when it opens;
 * whoever wanted one goes on without it, and the page's list of what was left out grows.
 */
import type { Skipped } from '../../protocol/dataset';
import { AppError } from '../../protocol/errors';
import type { SampleSource } from '../sampleSource';

/** No picture can be made of a file, now or later. `reason` is a clause for a list: "its picture is damaged". */
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

/** Why the picture itself is at fault, as the list of left-out files says it; `null` for any other error. */
export function damageOf(error: unknown): string | null {
  if (error instanceof DamagedPicture) return `cannot be decoded: ${error.reason}`;
  if (error instanceof AppError && error.code === 'archive/damaged')
    return 'cannot be decoded: it is damaged in the archive';
  return null;
}

/** The same source; `onDamage` hears of each damaged picture once, and none is decoded a second time. */
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
