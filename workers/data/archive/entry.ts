/** @file One file of what was dropped, whether it lies in a zip or on the disk. */

/** Junk is already removed, root folders are peeled; paths are `/`-separated. */
export interface Entry {
  path: string;
  byteLength: number;
  /** Uncompressed bytes; only called for what is needed. */
  bytes(signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
  /** The first bytes, at most `byteLength` of them, without reading the rest. */
  head(byteLength: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
}
