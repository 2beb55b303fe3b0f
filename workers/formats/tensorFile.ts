/** @file Every weight-file format reads and writes named tensors and string metadata. */

export interface FileTensor {
  name: string;
  shape: readonly number[];
  /** Row-major. */
  values: Float32Array<ArrayBuffer>;
}
export interface TensorFile {
  tensors: readonly FileTensor[];
  /** The `__metadata__` of safetensors. The values are strings. Objects are stored in them as JSON. */
  metadata: Readonly<Record<string, string>>;
}
export interface Format {
  label: string;
  extension: string;
  mediaType: string;
  /** True if a file holds the whole state of a run, not only the network. */
  resumes: boolean;
  write(file: TensorFile): Promise<Blob>;
  /** Reads files that `write` wrote and files from others. An error names the tensor. */
  read(blob: Blob): Promise<TensorFile>;
  /** Whether the first bytes look like this format. */
  recognises(head: Uint8Array): boolean;
}
