/** @file Per-image standardisation (METHOD section 1): the network's input. */

/**
 * Subtracts each image's mean and divides by max(σ, 1/√N), N = values of one image.
 * @param bytes RGB, `[images, size, size, 3]`, 0–255.
 * @returns float32 of the same shape.
 */
export function standardise(bytes: Uint8Array, images: number): Float32Array<ArrayBuffer> {
  const count = bytes.length / images;
  const out = new Float32Array(bytes.length);
  for (let image = 0; image < images; image++) {
    const start = image * count;
    const end = start + count;
    let sum = 0;
    let squares = 0;
    for (let i = start; i < end; i++) {
      const value = bytes[i] as number;
      sum += value;
      squares += value * value;
    }
    const mean = sum / count;
    const deviation = Math.sqrt(Math.max(0, squares / count - mean * mean));
    const scale = 1 / Math.max(deviation, 1 / Math.sqrt(count));
    for (let i = start; i < end; i++) out[i] = ((bytes[i] as number) - mean) * scale;
  }
  return out;
}
