/**
 * @file Turns an image file into RGB bytes of the network's input size. The whole image is stretched to a square. Cropping
 * could cut off a chin, and pictures of faces are usually almost square.
 */
import { AppError } from '../../protocol/errors';
import { DamagedPicture } from './damage';
import type { Decoder } from './decoder';
import { DECODERS } from './decoders';
import { headerProblem } from './imageHeader';

/** `[size, size, 3]` RGB bytes of the file at `path`. @throws DamagedPicture. */
export type Decode = (
  path: string,
  bytes: Uint8Array<ArrayBuffer>,
  size: number,
) => Promise<Uint8Array<ArrayBuffer>>;

/**
 * One canvas for each size. `willReadFrequently` keeps it on the CPU, which saves a copy from the GPU and gives the same
 * bytes on every machine.
 */
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

/** Removes alpha: `[…, 4]` bytes become `[…, 3]` bytes. */
function dropAlpha(rgba: Uint8ClampedArray): Uint8Array<ArrayBuffer> {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    rgb[to] = rgba[from] ?? 0;
    rgb[to + 1] = rgba[from + 1] ?? 0;
    rgb[to + 2] = rgba[from + 2] ?? 0;
  }
  return rgb;
}

const decoderOf = (bytes: Uint8Array): Decoder | undefined =>
  Object.values<Decoder>(DECODERS).find(decoder => decoder.recognises(bytes));

/** What is wrong with a picture according to its first bytes, as a clause, or `null`. The rest may still be damaged. */
export function headProblem(bytes: Uint8Array): string | null {
  const decoder = decoderOf(bytes);
  return decoder ? decoder.problem(bytes) : headerProblem(null);
}

/**
 * Decodes an image file to `[size, size, 3]` RGB bytes. Transparent parts become white.
 * @throws DamagedPicture with `path` when no decoder can read `bytes`.
 */
export const decodeImage: Decode = async (path, bytes, size) => {
  const problem = headProblem(bytes);
  const decoder = decoderOf(bytes);
  if (problem !== null || !decoder) throw new DamagedPicture(path, bytes.length, problem ?? '');
  let bitmap: ImageBitmap;
  try {
    // A browser with little free memory may fail once on a sound picture, so a failed picture is tried again.
    bitmap = await decoder.decode(bytes, size).catch(() => decoder.decode(bytes, size));
  } catch (cause) {
    throw new DamagedPicture(
      path,
      bytes.length,
      'its first bytes are sound, but its picture is damaged',
      cause,
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
};
