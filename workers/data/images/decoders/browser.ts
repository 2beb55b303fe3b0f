/**
 * @file The decoder for all formats that browsers can decode.
 *
 * Colours stay as the file stores them. `colorSpaceConversion: 'none'` ignores embedded profiles, so a gray face stays gray
 * and the numbers do not depend on the visitor's screen. The image is turned as its EXIF data say, as browsers do when they
 * show it.
 */
import { weighted } from '../../archive/pool';
import type { Decoder } from '../decoder';
import { headerBytes, headerProblem, readImageHeader } from '../imageHeader';

/**
 * How many pixels may be decoded at once. Each takes four bytes, and several very large images together could crash the
 * tab.
 */
const decodeWithin = weighted(64e6);

const headerOf = (bytes: Uint8Array) => readImageHeader(bytes.subarray(0, headerBytes));

export const browser: Decoder = {
  label: 'What browsers show: PNG, JPEG, WebP, GIF, BMP, AVIF',
  endings: ['png', 'jpg', 'jpeg', 'jpe', 'jfif', 'webp', 'gif', 'bmp', 'avif'],
  recognises: bytes => headerOf(bytes) !== null,
  problem: bytes => headerProblem(headerOf(bytes)),
  decode(bytes, size) {
    const header = headerOf(bytes);
    const pixels = header === null || header === 'short' ? 0 : header.width * header.height;
    return decodeWithin(pixels, () =>
      createImageBitmap(new Blob([bytes]), {
        colorSpaceConversion: 'none',
        imageOrientation: 'from-image',
        resizeQuality: 'high',
        resizeWidth: size,
        resizeHeight: size,
      }),
    );
  },
};
