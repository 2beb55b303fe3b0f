/** @file The contract of a decoder. It turns the bytes of some kinds of pictures into pixels. */
export interface Decoder {
  /** The kinds of pictures that it reads, as text for the visitor. */
  label: string;
  /** The endings of its files, in lower case and without the dot. Files with these endings count as pictures. */
  endings: readonly string[];
  /**
   * Whether `bytes` begin like a picture of its kinds. It looks only at the header. Two decoders never recognise the same
   * bytes.
   */
  recognises(bytes: Uint8Array): boolean;
  /** What is wrong with the header of a recognised picture, as a clause, or `null`. */
  problem(bytes: Uint8Array): string | null;
  /**
   * Decodes a recognised picture and stretches it to `size × size`. The caller closes the bitmap.
   * Rejects when the body is damaged.
   */
  decode(bytes: Uint8Array<ArrayBuffer>, size: number): Promise<ImageBitmap>;
}
