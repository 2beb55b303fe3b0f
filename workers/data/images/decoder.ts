/** @file The contract of a decoder: how the bytes of one kind of picture become pixels. */
export interface Decoder {
  /** For people: which kinds it reads. */
  label: string;
  /** Endings of file names, in lower case and without the dot: such files are taken for pictures. */
  endings: readonly string[];
  /** Whether `bytes` begin like a picture of its kinds; no look beyond the header. No two decoders claim the same bytes. */
  recognises(bytes: Uint8Array): boolean;
  /** What the header of a recognised picture says against decoding it, as a clause; `null` when it is sound. */
  problem(bytes: Uint8Array): string | null;
  /**
   * Decodes a recognised picture and stretches it to `size × size`. The caller closes the bitmap.
   * Rejects when the body is damaged.
   */
  decode(bytes: Uint8Array<ArrayBuffer>, size: number): Promise<ImageBitmap>;
}
