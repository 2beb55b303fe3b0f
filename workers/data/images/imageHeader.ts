/**
 * @file What kind of image a file really is and how large, from its first bytes. It says why an image cannot be used,
 * which decoding does not, and keeps giant ones from being decoded.
 */

export interface ImageHeader {
  format: 'png' | 'jpeg' | 'gif' | 'bmp' | 'webp' | 'avif';
  width: number;
  height: number;
}

/** Decoding takes four bytes a pixel; beyond this a single image could take the tab down. */
const maxPixels = 100e6;

/** Holds the size in every format; JPEG may hide it behind large metadata. */
export const headerBytes = 1 << 20;

const ascii = (bytes: Uint8Array, at: number, length: number) =>
  String.fromCharCode(...bytes.subarray(at, at + length));

/**
 * Format and size of the image that starts with `bytes`; `null` if the bytes start like no image that browsers decode;
 * `'short'` if they start like one but end before the size.
 */
export function readImageHeader(bytes: Uint8Array): ImageHeader | 'short' | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const has = (length: number) => bytes.length >= length;

  if (ascii(bytes, 0, 8) === '\x89PNG\r\n\x1a\n') {
    if (!has(24)) return 'short';
    return { format: 'png', width: view.getUint32(16), height: view.getUint32(20) };
  }
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return jpegSize(bytes, view);
  if (/^GIF8[79]a$/.test(ascii(bytes, 0, 6))) {
    if (!has(10)) return 'short';
    return { format: 'gif', width: view.getUint16(6, true), height: view.getUint16(8, true) };
  }
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 4) === 'WEBP') {
    if (!has(30)) return 'short';
    return webpSize(bytes, view);
  }
  if (ascii(bytes, 4, 4) === 'ftyp') {
    if (!/avi[fs]/.test(ascii(bytes, 8, Math.min(bytes.length, view.getUint32(0)) - 8))) return null;
    return avifSize(bytes, view);
  }
  if (ascii(bytes, 0, 2) === 'BM' && has(26) && view.getUint32(14, true) >= 12) {
    // BITMAPCOREHEADER (12 bytes) holds 16-bit sizes; later headers 32-bit ones, height negative when top-down.
    const core = view.getUint32(14, true) === 12;
    const width = core ? view.getUint16(18, true) : view.getInt32(18, true);
    const height = core ? view.getUint16(20, true) : Math.abs(view.getInt32(22, true));
    return { format: 'bmp', width, height };
  }
  return null;
}

/** Walks the JPEG segments to the start of frame (SOF0–SOF15 without DHT, JPG, DAC). */
function jpegSize(bytes: Uint8Array, view: DataView): ImageHeader | 'short' | null {
  let at = 2;
  while (at + 9 < bytes.length) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at++;
      continue;
    }
    const frame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (frame) return { format: 'jpeg', height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    if (marker === 0xd9 || marker === 0xda) return null;
    at += 2 + view.getUint16(at + 2);
  }
  return 'short';
}

/** The three kinds of WebP bitstream: lossy, lossless, extended. */
function webpSize(bytes: Uint8Array, view: DataView): ImageHeader | null {
  const kind = ascii(bytes, 12, 4);
  if (kind === 'VP8 ')
    return {
      format: 'webp',
      width: view.getUint16(26, true) & 0x3fff,
      height: view.getUint16(28, true) & 0x3fff,
    };
  if (kind === 'VP8L') {
    const bits = view.getUint32(21, true);
    return { format: 'webp', width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (kind === 'VP8X') {
    const uint24 = (at: number) => view.getUint16(at, true) | ((bytes[at + 2] ?? 0) << 16);
    return { format: 'webp', width: uint24(24) + 1, height: uint24(27) + 1 };
  }
  return null;
}

/** The first image spatial extent (`ispe`) box. */
function avifSize(bytes: Uint8Array, view: DataView): ImageHeader | 'short' {
  for (let at = 8; at + 16 <= bytes.length; at++)
    if (ascii(bytes, at, 4) === 'ispe')
      return { format: 'avif', width: view.getUint32(at + 8), height: view.getUint32(at + 12) };
  return 'short';
}

/** A sentence saying why the image cannot be used, or `null` when its header is sound. */
export function headerProblem(header: ImageHeader | 'short' | null): string | null {
  if (header === null) return 'its first bytes are those of no image that browsers decode; it may be damaged';
  if (header === 'short') return 'it ends before its size is given; it is probably cut short';
  if (header.width < 1 || header.height < 1)
    return `its header says ${header.width} × ${header.height} pixels`;
  if (header.width * header.height > maxPixels)
    return `it says it has ${header.width} × ${header.height} pixels, more than ${maxPixels / 1e6} million; shrink it`;
  return null;
}
