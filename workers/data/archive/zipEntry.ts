/**
 * @file Reads one file of a zip. Nearly all files of a face dataset are small. A small file is read at once and inflated by the
 * browser, which takes a quarter to a half of the time of a chain of streams (`test/bench/zipRead.mjs`). Large or unusual
 * files are read by the library. In both cases no more bytes come out than the archive declared, and a file that is read
 * completely must have the checksum in the archive.
 */
import type { FileEntry } from '@zip.js/zip.js/lib/zip-core-custom.js';
import { AppError } from '../../protocol/errors';
import { crc32 } from './crc32';
import type { Entry } from './entry';

/**
 * The browser inflates in this thread. The content security policy does not allow blob workers, and this is already a worker.
 * The library is tolerant because archives of old datasets often have appended bytes or unusual local headers. What is read
 * is checked here.
 */
export const zipOptions = {
  useWebWorkers: false,
  useCompressionStream: true,
  strictness: 'tolerant',
  filenameValidation: 'tolerant',
} as const;

/** A file with at most this many compressed bytes is read at once. */
const smallBytes = 2 ** 20;
/** The compression methods of the zip specification (4.4.5). */
const stored = 0;
const deflated = 8;
const localHeaderSignature = 0x04034b50;
const localHeaderBytes = 30;

interface Archive {
  name: string;
  file: Blob;
}

export const megabytes = (bytes: number) =>
  `${(bytes / 2 ** 20).toLocaleString('en', { maximumFractionDigits: bytes < 10 * 2 ** 20 ? 2 : 0 })} MB`;

export function bomb(name: string, what: string): AppError {
  return new AppError(
    'archive/bomb',
    `${name} was refused: ${what}. That is the mark of a zip bomb, not of pictures. If you trust it, unpack it yourself and drop the folder.`,
  );
}

/** Collects at most `want` bytes. It stops a source that sends more than the archive declared. */
class Collector {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #declared: number;
  length = 0;

  constructor(want: number, declared: number) {
    this.#bytes = new Uint8Array(want);
    this.#declared = declared;
  }
  add(chunk: Uint8Array): void {
    const want = this.#bytes.length;
    if (this.length < want) this.#bytes.set(chunk.subarray(0, want - this.length), this.length);
    this.length += chunk.length;
  }
  get overrun(): boolean {
    return this.length > this.#declared;
  }
  /**
   * Whether all wanted bytes are there. If the whole file is wanted, reading goes on, to see whether it is longer than
   * declared.
   */
  get enough(): boolean {
    return this.length >= this.#bytes.length && this.#bytes.length < this.#declared;
  }
  get complete(): boolean {
    return this.length >= this.#bytes.length;
  }
  result(): Uint8Array<ArrayBuffer> {
    return this.#bytes;
  }
}

/** The compressed bytes of a small file. One read is enough if the local header is as long as the central one suggests. */
async function compressedBytes({ file }: Archive, entry: FileEntry): Promise<Uint8Array<ArrayBuffer> | null> {
  const slack = localHeaderBytes + entry.rawFilename.length + 64;
  const start = entry.offset;
  const read = async (from: number, to: number) => new Uint8Array(await file.slice(from, to).arrayBuffer());
  const bytes = await read(start, start + slack + entry.compressedSize);
  if (bytes.length < localHeaderBytes) return null;
  const header = new DataView(bytes.buffer);
  if (header.getUint32(0, true) !== localHeaderSignature) return null;
  const from = localHeaderBytes + header.getUint16(26, true) + header.getUint16(28, true);
  const to = from + entry.compressedSize;
  return to <= bytes.length ? bytes.subarray(from, to) : read(start + from, start + to);
}

async function inflate(compressed: Uint8Array<ArrayBuffer>, into: Collector): Promise<void> {
  const { writable, readable } = new DecompressionStream('deflate-raw');
  const writer = writable.getWriter();
  // An error here also reaches the reader, so it is not handled twice.
  writer.write(compressed).catch(() => {});
  writer.close().catch(() => {});
  const reader = readable.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    into.add(value);
    if (into.overrun || into.enough) return reader.cancel();
  }
}

/** Reads a file with the library, which knows other methods and any size. */
async function stream(entry: FileEntry, into: Collector, signal: AbortSignal | undefined): Promise<void> {
  const stop = new AbortController();
  const sink = new WritableStream<Uint8Array>({
    write(chunk) {
      into.add(chunk);
      if (into.overrun || into.enough) stop.abort();
    },
  });
  const both = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  await entry.getData(sink, { ...zipOptions, signal: both });
}

/**
 * @throws AppError `archive/bomb` when there are more bytes than declared, `archive/damaged` when there are fewer or
 * other bytes.
 */
async function read(archive: Archive, path: string, entry: FileEntry, limit: number, signal?: AbortSignal) {
  const declared = entry.uncompressedSize;
  const into = new Collector(Math.min(limit, declared), declared);
  try {
    signal?.throwIfAborted();
    const plain = entry.compressionMethod === stored || entry.compressionMethod === deflated;
    const small = plain && entry.compressedSize <= smallBytes ? await compressedBytes(archive, entry) : null;
    if (!small) await stream(entry, into, signal);
    else if (entry.compressionMethod === stored) into.add(small);
    else await inflate(small, into);
  } catch (cause) {
    signal?.throwIfAborted();
    if (!into.overrun && !into.complete) throw damaged(archive, path, cause);
  }
  if (into.overrun)
    throw bomb(archive.name, `${path} unpacks to more than the ${declared} bytes it declares`);
  if (!into.complete) throw damaged(archive, path);
  const bytes = into.result();
  if (bytes.length === declared && crc32(bytes) !== entry.crc32) throw damaged(archive, path);
  return bytes;
}

function damaged({ name }: Archive, path: string, cause?: unknown): AppError {
  return new AppError('archive/damaged', `${path} is damaged in ${name}. Fetch the archive again.`, {
    cause,
  });
}

export function zipEntry(archive: Archive, path: string, entry: FileEntry): Entry {
  return {
    path,
    byteLength: entry.uncompressedSize,
    bytes: signal => read(archive, path, entry, Number.POSITIVE_INFINITY, signal),
    head: (byteLength, signal) => read(archive, path, entry, byteLength, signal),
  };
}
