/** @file Which entries a layout can read, and why the others were left out. */
import type { Skipped } from '../../protocol/dataset';
import type { Entry } from '../archive/entry';
import { extension, isForeignImage, isImage } from '../archive/paths';
import type { Image, RawSample } from './layout';

/** Share of the images that fit, 0–1. */
export function shareThatFits(entries: readonly Entry[], fits: (image: Entry) => boolean): number {
  const images = entries.filter(entry => isImage(entry.path));
  return images.filter(fits).length / Math.max(1, images.length);
}

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

/** The samples that `read` makes of images (`null`: it does not fit), and all that is left with its reason. */
export function sortOut(
  entries: readonly Entry[],
  read: (image: Entry) => RawSample | null,
  imageReason: string,
): { samples: RawSample[]; skipped: Skipped[] } {
  const samples = entries
    .filter(entry => isImage(entry.path))
    .map(read)
    .filter(sample => sample !== null);
  const used = new Set<Image>(samples.map(({ image }) => image));
  const others = entries.filter(entry => !used.has(entry));
  return { samples, skipped: explainOthers(others, imageReason) };
}
