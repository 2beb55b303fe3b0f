/**
 * @file Reads zip archives, including Zip64, by random access. The central directory is read first and then single files, so
 * the archive is never in memory as a whole. Archives are untrusted: the declared sizes are checked when the archive is
 * opened, and the real sizes while files are unpacked.
 */
import { BlobReader, ZipReader } from '@zip.js/zip.js/lib/zip-core-custom.js';
import type { Skipped } from '../../protocol/dataset';
import { AppError } from '../../protocol/errors';
import type { Entry } from './entry';
import { isArchive, isImage, isJunk, unsafeName } from './paths';
import { bomb, megabytes, zipEntry, zipOptions } from './zipEntry';

const MB = 2 ** 20;
/** The largest size of an unpacked file, in bytes. No face image and no list of labels is larger. */
const maxFileBytes = 512 * MB;
/**
 * The largest ratio of unpacked to packed bytes. Images hardly compress, and even flat drawings stay far below it.
 * Deflate cannot reach more than 1032.
 */
export const maxRatio = 200;
/** Below this total of unpacked bytes the ratio is not checked, because a few flat pictures may compress well. */
export const ratioFloorBytes = 64 * MB;

export interface ZipListing {
  entries: Entry[];
  skipped: Skipped[];
}

/** The kind of archive that the first bytes show, for the error message when a file is not a zip. */
async function archiveKind(file: Blob): Promise<string | null> {
  const bytes = new Uint8Array(await file.slice(0, 6).arrayBuffer());
  const hex = Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
  if (hex.startsWith('526172')) return 'a RAR archive';
  if (hex.startsWith('377abcaf271c')) return 'a 7-Zip archive';
  if (hex.startsWith('1f8b')) return 'a gzip file';
  if (hex.startsWith('3c')) return 'a web page (perhaps a login or error page saved in its place)';
  return null;
}

async function refuse(name: string, file: Blob, cause: unknown): Promise<never> {
  const reason = cause instanceof Error ? cause.message : String(cause);
  if (/encrypted/i.test(reason)) throw encrypted(name, cause);
  if (/split zip/i.test(reason))
    throw new AppError(
      'archive/broken',
      `${name} is one part of a split zip. Join the parts first (zip -s 0 ${name} --out joined.zip).`,
      { cause },
    );
  const kind = await archiveKind(file);
  throw new AppError(
    'archive/broken',
    kind
      ? `${name} is not a zip but ${kind}. Unpack it and drop the folder, or pack it again as a zip.`
      : `${name} (${file.size} bytes) cannot be read as a zip: ${reason}. The download may be incomplete: fetch it again, or unpack it and drop the folder.`,
    { cause },
  );
}

function encrypted(name: string, cause?: unknown): AppError {
  return new AppError(
    'archive/encrypted',
    `${name} is encrypted. Unpack it with its password and drop the folder, or pack it again without a password.`,
    { cause },
  );
}

/**
 * Lists the files of a zip. Unsafe names, nested archives and links are left out, each with its reason.
 * @throws AppError `archive/broken` when it cannot be read, `archive/encrypted` when it has a password, `archive/bomb` when its
 * declared sizes are too large.
 */
export async function openZip(
  name: string,
  file: Blob,
  signal: AbortSignal,
  onEntry: () => void,
): Promise<ZipListing> {
  const reader = new ZipReader(new BlobReader(file), zipOptions);
  const listing: ZipListing = { entries: [], skipped: [] };
  let declared = 0;
  try {
    for await (const found of reader.getEntriesGenerator()) {
      signal.throwIfAborted();
      onEntry();
      // Some Windows tools write backslashes, although the zip specification does not allow it (4.4.17).
      const path = found.filename.replaceAll('\\', '/').replace(/^(\.\/)+/, '');
      declared += found.uncompressedSize;
      if (found.directory || path.endsWith('/') || isJunk(path)) continue;
      const unsafe = unsafeName(path);
      const reason =
        unsafe ??
        (found.symlink ? 'it is a link to another file' : null) ??
        (isArchive(path) ? 'an archive inside the archive: unpack it and drop it beside this one' : null);
      if (reason) {
        listing.skipped.push({ path, reason });
        continue;
      }
      if (found.encrypted && isImage(path)) throw encrypted(name);
      if (found.encrypted) {
        listing.skipped.push({ path, reason: 'it is encrypted' });
        continue;
      }
      if (found.uncompressedSize > maxFileBytes)
        throw bomb(name, `${path} says it unpacks to ${megabytes(found.uncompressedSize)}`);
      listing.entries.push(zipEntry({ name, file }, path, found));
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof AppError) throw error;
    return refuse(name, file, error);
  }
  if (declared > ratioFloorBytes && declared > file.size * maxRatio)
    throw bomb(name, `it says it unpacks to ${megabytes(declared)} from ${megabytes(file.size)}`);
  return listing;
}
