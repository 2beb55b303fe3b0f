/**
 * @file An image file becomes RGB bytes of the network's input size.
 *
 * Colour is kept as the file stores it: `colorSpaceConversion: 'none'` ignores embedded profiles, so that a gray face
 * stays gray and the numbers do not depend on the visitor's screen. The orientation in EXIF is obeyed, as browsers do
 * when they show the image. The whole image is stretched to a square: cropping could cut a chin off, and face crops
 * are nearly square already.
 */
import { AppError } from '../../protocol/errors';
import { weighted } from '../archive/pool';
import { headerBytes, readImageHeader } from './imageHeader';

const bitmapOptions = {
  colorSpaceConversion: 'none',
  imageOrientation: 'from-image',
  resizeQuality: 'high',
} as const;

/** Pixels being decoded at once, four bytes each: eight giants together could take the tab down. */
const decodeWithin = weighted(64e6);

function bitmapOf(bytes: Uint8Array<ArrayBuffer>, options: ImageBitmapOptions): Promise<ImageBitmap> {
  const header = readImageHeader(bytes.subarray(0, headerBytes));
  const pixels = header === null || header === 'short' ? 0 : header.width * header.height;
  return decodeWithin(pixels, () => createImageBitmap(new Blob([bytes]), { ...bitmapOptions, ...options }));
}

/** One canvas a size. `willReadFrequently` keeps it on the CPU: no GPU round trip, and the same bytes everywhere. */
const canvases = new Map<number, OffscreenCanvasRenderingContext2D>();
function canvas(size: number): OffscreenCanvasRenderingContext2D {
  const known = canvases.get(size);
  if (known) return known;
  const context = new OffscreenCanvas(size, size).getContext('2d', { willReadFrequently: true });
  if (!context)
    throw new AppError('dataset/canvas', 'This browser gives no 2D canvas in a worker. Update the browser.');
  canvases.set(size, context);
  return context;
}

/** `[…, 4]` bytes without their alpha, `[…, 3]`. */
function dropAlpha(rgba: Uint8ClampedArray): Uint8Array<ArrayBuffer> {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    rgb[to] = rgba[from] ?? 0;
    rgb[to + 1] = rgba[from + 1] ?? 0;
    rgb[to + 2] = rgba[from + 2] ?? 0;
  }
  return rgb;
}

/**
 * Whether the browser decodes it: a sound header says nothing about the body. One pixel is made of it and none is kept.
 */
export async function canDecode(bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
  try {
    const bitmap = await bitmapOf(bytes, { resizeQuality: 'pixelated', resizeWidth: 1, resizeHeight: 1 });
    bitmap.close();
    return true;
  } catch {
    return false;
  }
}

/**
 * `[size, size, 3]` RGB bytes; transparent parts come out white.
 * @throws AppError `dataset/decode` naming `path` when the browser cannot decode `bytes`.
 */
export async function decodeImage(
  path: string,
  bytes: Uint8Array<ArrayBuffer>,
  size: number,
): Promise<Uint8Array<ArrayBuffer>> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await bitmapOf(bytes, { resizeWidth: size, resizeHeight: size });
  } catch (cause) {
    throw new AppError(
      'dataset/decode',
      `${path} (${bytes.length} bytes) cannot be decoded by this browser. Take it out of the dataset, or save it again as PNG.`,
      { cause },
    );
  }
  try {
    const context = canvas(size);
    context.fillStyle = '#fff';
    context.fillRect(0, 0, size, size);
    context.drawImage(bitmap, 0, 0);
    return dropAlpha(context.getImageData(0, 0, size, size).data);
  } finally {
    bitmap.close();
  }
}
