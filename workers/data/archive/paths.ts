/** @file Names of files: which are junk, which are images, how they sort, which are unsafe. */

import { DECODERS } from '../images/decoders';

/** A wrong ending does no harm: decoders look at the bytes. */
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

/** Folder names of a path, outermost first. */
export function folders(path: string): string[] {
  return path.split('/').slice(0, -1);
}

/** File name without its last extension. */
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
/** An image that nothing here decodes (TIFF, PGM, …). */
export const isForeignImage = (path: string) => !isImage(path) && foreignFormats.has(extension(path));
export const isArchive = (path: string) => archiveFormats.has(extension(path));

/** What file managers leave in archives. Ignored, not listed as left out. */
export function isJunk(path: string): boolean {
  const parts = path.split('/');
  return (
    parts.some(part => part === '__MACOSX' || part.startsWith('._')) ||
    /^(\.ds_store|thumbs\.db|desktop\.ini)$/i.test(parts.at(-1) ?? '')
  );
}

/** Why a name cannot be trusted, or `null`. Nothing is ever written to disk, but such a name is never an accident. */
export function unsafeName(path: string): string | null {
  if (path.startsWith('/') || /^[a-z]:/i.test(path)) return 'its path is absolute';
  if (path.split('/').includes('..')) return 'its path leaves the archive (..)';
  if (path.includes('\0')) return 'its path holds a NUL character';
  return null;
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
/** Natural order: `frame2` before `frame10`, upper and lower case together; total, so that order never depends on input order. */
export function compareNatural(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}
