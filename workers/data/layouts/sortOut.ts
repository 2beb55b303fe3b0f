/** @file Divides entries into those that a layout can read and those that are left out, with their reasons. */
import type { Skipped } from '../../protocol/dataset';
import type { Entry } from '../archive/entry';
import { extension, isForeignImage, isImage } from '../archive/paths';
import type { Image, RawSample } from './layout';

/** The share of the images that fit, from 0 to 1. */
export function shareThatFits(entries: readonly Entry[], fits: (image: Entry) => boolean): number {
  const images = entries.filter(entry => isImage(entry.path));
  return images.filter(fits).length / Math.max(1, images.length);
}

/** Says why entries were left out. `imageReason` is the layout's reason for an image that does not fit. */
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

/**
 * Makes samples from the images with `read`, which gives `null` if an image does not fit. Everything else is left out
 * with its reason.
 */
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
