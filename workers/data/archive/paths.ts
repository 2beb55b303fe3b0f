/** @file Functions on the names of files: which are junk, which are images, which are unsafe, and how they are sorted. */

import { DECODERS } from '../images/decoders';

/** The endings of images. A wrong ending is harmless, because decoders look at the bytes. */
const decodedFormats: ReadonlySet<string> = new Set(
  Object.values(DECODERS).flatMap(({ endings }) => endings),
);
const foreignFormats = new Set([
  'tif',
  'tiff',
  'pgm',
  'ppm',
  'pnm',
  'heic',
  'heif',
  'jp2',
  'psd',
  'raw',
  'dng',
]);
const archiveFormats = new Set(['zip', 'rar', '7z', 'tar', 'gz', 'tgz', 'bz2', 'xz', 'zst']);

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The folder names of a path, the outermost first. */
export function folders(path: string): string[] {
  return path.split('/').slice(0, -1);
}

/** The file name without its last extension. */
export function stem(path: string): string {
  const name = baseName(path);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(0, dot) : name;
}

export function extension(path: string): string {
  const name = baseName(path);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(dot + 1).toLowerCase() : '';
}

export const isImage = (path: string) => decodedFormats.has(extension(path));
/** Whether a file is an image that no decoder here can read (TIFF, PGM, …). */
export const isForeignImage = (path: string) => !isImage(path) && foreignFormats.has(extension(path));
export const isArchive = (path: string) => archiveFormats.has(extension(path));

/** Whether a file is one that file managers leave in archives. Such files are ignored and not listed as left out. */
export function isJunk(path: string): boolean {
  const parts = path.split('/');
  return (
    parts.some(part => part === '__MACOSX' || part.startsWith('._')) ||
    /^(\.ds_store|thumbs\.db|desktop\.ini)$/i.test(parts.at(-1) ?? '')
  );
}

/** Why a name cannot be trusted, or `null`. Nothing is written to disk, but such a name is a sign of a malicious archive. */
export function unsafeName(path: string): string | null {
  if (path.startsWith('/') || /^[a-z]:/i.test(path)) return 'its path is absolute';
  if (path.split('/').includes('..')) return 'its path leaves the archive (..)';
  if (path.includes('\0')) return 'its path holds a NUL character';
  return null;
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
/**
 * Compares in natural order: `frame2` comes before `frame10`, and case is ignored at first. Different names are never
 * equal, so the result of sorting does not depend on the order before.
 */
export function compareNatural(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}
