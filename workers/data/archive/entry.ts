/** @file One dropped file. It may be in a zip or on the disk. */

/** One file. Its path has `/` between the folders, and the shared outer folders are removed. Junk files have no entry. */
export interface Entry {
  path: string;
  byteLength: number;
  /** Reads all uncompressed bytes. */
  bytes(signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
  /** Reads the first bytes, at most `byteLength` of them, and not the rest. */
  head(byteLength: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
}
