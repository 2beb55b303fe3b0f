/** @file What every weight-file format reads and writes: named tensors and string metadata. */

export interface FileTensor {
  name: string;
  shape: readonly number[];
  /** Row-major. */
  values: Float32Array<ArrayBuffer>;
}
export interface TensorFile {
  tensors: readonly FileTensor[];
  /** safetensors' `__metadata__`: strings only; objects are JSON inside. */
  metadata: Readonly<Record<string, string>>;
}
export interface Format {
  label: string;
  extension: string;
  mediaType: string;
  /** A file of it holds the whole state of a run, not the network alone. */
  resumes: boolean;
  write(file: TensorFile): Promise<Blob>;
  /** Reads what `write` wrote and what others write; refuses with the tensor's name. */
  read(blob: Blob): Promise<TensorFile>;
  /** Whether the first bytes look like this format. */
  recognises(head: Uint8Array): boolean;
}
