import { expect, test } from 'vitest';
import { headerProblem, readImageHeader } from '../../../../workers/data/images/imageHeader';
import { encodeJpeg, encodePng } from '../../../fixtures/images';

const rgb = new Uint8Array(24 * 16 * 3).fill(90);
const bytes = (text: string, ...rest: number[]) =>
  Uint8Array.from([...Array.from(text, c => c.charCodeAt(0)), ...rest]);

test('PNG and JPEG files tell their width and height', async () => {
  expect(readImageHeader(await encodePng(rgb, 24, 16))).toEqual({ format: 'png', width: 24, height: 16 });
  expect(readImageHeader(encodeJpeg(rgb, 24, 16))).toEqual({ format: 'jpeg', width: 24, height: 16 });
});

test('GIF, BMP, WebP and AVIF files tell theirs', () => {
  expect(readImageHeader(bytes('GIF89a', 24, 0, 16, 0))).toEqual({ format: 'gif', width: 24, height: 16 });
  const bmp = bytes('BM', ...new Array<number>(24).fill(0));
  bmp[14] = 40;
  bmp[18] = 24;
  new DataView(bmp.buffer).setInt32(22, -16, true); // a negative height: rows are stored from the top down
  expect(readImageHeader(bmp)).toEqual({ format: 'bmp', width: 24, height: 16 });

  const webp = (kind: string, ...body: number[]) => {
    const file = new Uint8Array(30);
    file.set(bytes(`RIFF\0\0\0\0WEBP${kind}`));
    file.set(body, 20);
    return file;
  };
  const size = { format: 'webp', width: 24, height: 16 };
  expect(readImageHeader(webp('VP8 ', 0, 0, 0, 0x9d, 1, 0x2a, 24, 0, 16, 0))).toEqual(size);
  expect(readImageHeader(webp('VP8L', 0x2f, 23, (15 & 3) << 6, 15 >> 2, 0))).toEqual(size);
  expect(readImageHeader(webp('VP8X', 0, 0, 0, 0, 23, 0, 0, 15, 0, 0))).toEqual(size);

  const avif = bytes('\0\0\0\x18ftypavif\0\0\0\0mif1avif\0\0\0\x14ispe\0\0\0\0\0\0\0\x18\0\0\0\x10');
  expect(readImageHeader(avif)).toEqual({ format: 'avif', width: 24, height: 16 });
});

test('a JPEG whose size lies behind what was read is short, not unknown', () => {
  expect(readImageHeader(encodeJpeg(rgb, 24, 16).subarray(0, 60))).toBe('short');
});

test('text, TIFF and an empty file are no image that browsers decode', () => {
  for (const other of [bytes('hello'), bytes('II*\0'), new Uint8Array()]) {
    expect(readImageHeader(other)).toBeNull();
    expect(headerProblem(readImageHeader(other))).toMatch(/no image/);
  }
});

test('an image without pixels and one of more than 100 million are refused', () => {
  expect(headerProblem({ format: 'png', width: 0, height: 5 })).toMatch(/0 × 5/);
  expect(headerProblem({ format: 'png', width: 20_000, height: 20_000 })).toMatch(/more than 100 million/);
  expect(headerProblem({ format: 'png', width: 10_000, height: 10_000 })).toBeNull();
});
