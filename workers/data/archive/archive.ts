/** @file Makes one list of entries from the dropped files. These may be zips, single files and folders, also mixed. */

import type { Skipped } from '../../protocol/dataset';
import { AppError } from '../../protocol/errors';
import { isLabelWord } from '../layouts/labels';
import type { Entry } from './entry';
import {
  baseName,
  compareNatural,
  extension,
  isArchive,
  isForeignImage,
  isImage,
  isJunk,
  unsafeName,
} from './paths';
import { openZip } from './zip';

export interface SourceFile {
  path: string;
  file: File;
}
export interface Listing {
  /** The name that is shown: that of the archive or of the folder. */
  name: string;
  /** The entries in natural order of their paths. No two have the same path. */
  entries: Entry[];
  skipped: Skipped[];
}
interface Source {
  name: string;
  entries: Entry[];
}

/**
 * Lists everything that was dropped as one dataset. `progress` is told how many files were found.
 * @throws AppError `archive/empty` when there is no image. The errors of `openZip` are passed on.
 */
export async function listEntries(
  files: readonly SourceFile[],
  signal: AbortSignal,
  progress: (found: number) => void,
): Promise<Listing> {
  const skipped: Skipped[] = [];
  const sources: Source[] = [];
  const loose: Entry[] = [];
  let found = 0;
  const count = () => progress(++found);

  for (const { path: rawPath, file } of files) {
    signal.throwIfAborted();
    const path = rawPath.replaceAll('\\', '/').replace(/^(\.?\/)+/, '');
    if (isJunk(path)) continue;
    const unsafe = unsafeName(path);
    if (unsafe) skipped.push({ path, reason: unsafe });
    else if (extension(path) === 'zip') {
      const listing = await openZip(baseName(path), file, signal, count);
      sources.push({ name: baseName(path), entries: listing.entries });
      skipped.push(...listing.skipped);
    } else if (isArchive(path)) {
      skipped.push({ path, reason: 'only zip archives can be read: unpack it and drop the folder' });
    } else {
      loose.push(fileEntry(path, file));
      count();
    }
  }
  if (loose.length > 0) sources.push({ name: folderName(loose), entries: loose });

  const seen = new Map<string, string>();
  const entries: Entry[] = [];
  for (const source of sources) {
    const root = sharedRoot(source.entries, sources.length === 1);
    for (const entry of source.entries) {
      const path = entry.path.startsWith(root) ? entry.path.slice(root.length) : entry.path;
      const first = seen.get(path);
      if (first === undefined) {
        seen.set(path, source.name);
        entries.push({ ...entry, path });
      } else {
        skipped.push({ path, reason: `a second file of this path, in ${source.name} after ${first}` });
      }
    }
  }
  if (!entries.some(entry => isImage(entry.path))) throw empty(files, entries, skipped);
  entries.sort((a, b) => compareNatural(a.path, b.path));
  return { name: datasetName(sources), entries, skipped };
}

function fileEntry(path: string, file: File): Entry {
  const read = async (part: () => Blob, signal?: AbortSignal) => {
    signal?.throwIfAborted();
    try {
      return new Uint8Array(await part().arrayBuffer());
    } catch (cause) {
      throw new AppError('archive/gone', `${path} can no longer be read from disk. Drop the files again.`, {
        cause,
      });
    }
  };
  return {
    path,
    byteLength: file.size,
    bytes: signal => read(() => file, signal),
    head: (byteLength, signal) => read(() => file.slice(0, byteLength), signal),
  };
}

/**
 * The outer folders that all images share and that have no meaning: `jaffedbase/jaffedbase/…` → `jaffedbase/jaffedbase/`.
 * A folder stays if its name is a label, or if there are images directly in it, because it may be a person. If several
 * archives are merged, only the outermost folder is removed.
 */
function sharedRoot(entries: readonly Entry[], alone: boolean): string {
  const images = entries.filter(entry => isImage(entry.path) || isForeignImage(entry.path));
  const parts = (images.length > 0 ? images : entries).map(entry => entry.path.split('/'));
  const [first] = parts;
  if (!first) return '';
  let depth = 0;
  while (alone || depth < 1 || first[depth] === first[depth - 1]) {
    const root = first[depth];
    if (root === undefined || isLabelWord(root)) break;
    if (!parts.every(path => path[depth] === root && path.length > depth + 2)) break;
    depth++;
  }
  return depth > 0 ? `${first.slice(0, depth).join('/')}/` : '';
}

function folderName(entries: readonly Entry[]): string {
  const [root, ...rest] = entries[0]?.path.split('/') ?? [];
  if (root !== undefined && rest.length > 0 && entries.every(entry => entry.path.startsWith(`${root}/`)))
    return root;
  return entries.length === 1 ? (root ?? 'files') : `${entries.length} files`;
}

function datasetName(sources: readonly Source[]): string {
  const [first, ...others] = sources.map(source => source.name.replace(/\.zip$/i, ''));
  return others.length > 0 ? `${first} + ${others.length} more` : (first ?? 'files');
}

function empty(
  files: readonly SourceFile[],
  entries: readonly Entry[],
  skipped: readonly Skipped[],
): AppError {
  const names = files.length === 1 ? baseName(files[0]?.path ?? 'The file') : `These ${files.length} files`;
  const foreign = entries.filter(entry => isForeignImage(entry.path));
  const packed = [...skipped].find(({ path }) => isArchive(path));
  const advice = foreign[0]
    ? `${foreign.length} files such as ${foreign[0].path} are of a kind that browsers cannot decode: convert them to PNG or JPEG.`
    : packed
      ? `${packed.path}: ${packed.reason}.`
      : 'Drop a zip or a folder of PNG, JPEG, WebP, GIF, BMP or AVIF pictures.';
  const held = entries.length + skipped.length;
  return new AppError(
    'archive/empty',
    `${names} ${files.length === 1 ? 'holds' : 'hold'} no image that can be read (${held} other files). ${advice}`,
  );
}
