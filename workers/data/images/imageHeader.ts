/**
 * @file Reads the format and the size of an image from its first bytes. So it can say why an image cannot be used, which a
 * failed decoding does not say, and very large images are never decoded.
 */

export interface ImageHeader {
  format: 'png' | 'jpeg' | 'gif' | 'bmp' | 'webp' | 'avif';
  width: number;
  height: number;
}

/** The largest number of pixels. Decoding takes four bytes per pixel, so a larger image could crash the tab. */
const maxPixels = 100e6;

/** How many first bytes are read. They contain the size in every format, also in a JPEG with large metadata before it. */
export const headerBytes = 1 << 20;

const ascii = (bytes: Uint8Array, at: number, length: number) =>
  String.fromCharCode(...bytes.subarray(at, at + length));

/**
 * The format and the size of the image that starts with `bytes`. It is `null` if browsers decode no such image, and `'short'`
 * if the bytes end before the size.
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
    // BITMAPCOREHEADER (12 bytes) has 16-bit sizes. Later headers have 32-bit sizes, and a negative height if rows go
    // from top to bottom.
    const core = view.getUint32(14, true) === 12;
    const width = core ? view.getUint16(18, true) : view.getInt32(18, true);
    const height = core ? view.getUint16(20, true) : Math.abs(view.getInt32(22, true));
    return { format: 'bmp', width, height };
  }
  return null;
}

/** Goes through the JPEG segments to the start of frame (SOF0–SOF15 without DHT, JPG and DAC), which has the size. */
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

/** Reads the size from one of the three kinds of WebP: lossy, lossless and extended. */
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

/** Reads the size from the first `ispe` box (image spatial extents). */
function avifSize(bytes: Uint8Array, view: DataView): ImageHeader | 'short' {
  for (let at = 8; at + 16 <= bytes.length; at++)
    if (ascii(bytes, at, 4) === 'ispe')
      return { format: 'avif', width: view.getUint32(at + 8), height: view.getUint32(at + 12) };
  return 'short';
}

/** Says why an image cannot be used, or `null` when its header is sound. */
export function headerProblem(header: ImageHeader | 'short' | null): string | null {
  if (header === null) return 'its first bytes are those of no image that browsers decode; it may be damaged';
  if (header === 'short') return 'it ends before its size is given; it is probably cut short';
  if (header.width < 1 || header.height < 1)
    return `its header says ${header.width} × ${header.height} pixels`;
  if (header.width * header.height > maxPixels)
    return `it says it has ${header.width} × ${header.height} pixels, more than ${maxPixels / 1e6} million; shrink it`;
  return null;
}
