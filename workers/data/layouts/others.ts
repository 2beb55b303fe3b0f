/** @file Why a file that is not a sample was left out. */
import type { Skipped } from '../../protocol/dataset';
import { extension, isForeignImage, isImage } from '../paths';
import type { Entry } from './layout';

/** `imageReason` is the layout's own sentence for an image that does not fit it. */
export function explainOthers(entries: readonly Entry[], imageReason: string): Skipped[] {
  return entries.map(({ path }) => ({
    path,
    reason: isImage(path)
      ? imageReason
      : isForeignImage(path)
        ? `${extension(path).toUpperCase()} images cannot be decoded by browsers: convert them to PNG`
        : 'not an image',
  }));
}
