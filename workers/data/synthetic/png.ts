/** @file Writes an RGB picture as a PNG file (RFC 2083), with the filter "Sub" on every row and one zlib stream. */

import { crc32 } from '../archive/crc32';

function chunk(type: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

/** @param rgb the bytes, `[size, size, 3]`. */
export async function encodePng(rgb: Uint8Array, size: number): Promise<Uint8Array<ArrayBuffer>> {
  const row = 3 * size;
  const filtered = new Uint8Array(size * (row + 1));
  for (let y = 0; y < size; y++) {
    const at = y * (row + 1);
    filtered[at] = 1;
    for (let x = 0; x < row; x++) {
      const here = rgb[y * row + x] as number;
      filtered[at + 1 + x] = x < 3 ? here : here - (rgb[y * row + x - 3] as number);
    }
  }
  const packed = new Blob([filtered]).stream().pipeThrough(new CompressionStream('deflate'));
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, size);
  view.setUint32(4, size);
  header.set([8, 2, 0, 0, 0], 8); // 8 bits, RGB, deflate, adaptive filters, not interlaced.
  const parts = [
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk('IHDR', header),
    chunk('IDAT', new Uint8Array(await new Response(packed).arrayBuffer())),
    chunk('IEND', new Uint8Array(0)),
  ];
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
