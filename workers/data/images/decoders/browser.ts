/**
 * @file The formats that browsers decode themselves.
 *
 * Colour is kept as the file stores it: `colorSpaceConversion: 'none'` ignores embedded profiles, so that a gray face
 * stays gray and the numbers do not depend on the visitor's screen. The orientation in EXIF is obeyed, as browsers do
 * when they show the image.
 */
import { weighted } from '../../archive/pool';
import type { Decoder } from '../decoder';
import { headerBytes, headerProblem, readImageHeader } from '../imageHeader';

/** Pixels being decoded at once, four bytes each: eight giants together could take the tab down. */
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
