/** @file Adds the effects of a camera after drawing: one-sided light, blur and grain. Then it makes the bytes. */

import { draw, hash } from '../../random';
import type { Nuisance } from './nuisance';
import type { Raster } from './raster';

/** The standard deviation of the sum of four uniform bytes. */
const byteSumDeviation = Math.sqrt((4 * (256 * 256 - 1)) / 12);

/** Applies one-sided light, which gets weaker across the picture, exposure and colour temperature. */
export function illuminate(
  { rgb, size }: Raster,
  { x, y, strength, exposure, warmth }: Nuisance['light'],
): void {
  for (let row = 0, i = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      const u = (2 * column + 1) / size - 1;
      const v = (2 * row + 1) / size - 1;
      const light = exposure * (1 + strength * (x * u + y * v));
      rgb[i] = (rgb[i] as number) * light * (1 + warmth);
      rgb[i + 1] = (rgb[i + 1] as number) * light;
      rgb[i + 2] = (rgb[i + 2] as number) * light * (1 - warmth);
      i += 3;
    }
}

/**
 * Blurs a picture with binomial passes, which are close to a Gaussian. `deviation` is the standard deviation in pixels at
 * 32 px.
 * In a larger picture it grows with the size, up to 1.4 px.
 */
export function blur({ rgb, size }: Raster, deviation: number): void {
  const variance = deviation * deviation * Math.min(2, size / 32);
  const passes = Math.ceil(variance / 0.5);
  const side = variance / (2 * passes);
  const smooth = (step: number, lines: number, lineStep: number) => {
    for (let line = 0; line < lines; line++)
      for (let c = 0; c < 3; c++) {
        let at = line * lineStep + c;
        let before = rgb[at] as number;
        for (let k = 0; k < size; k++, at += step) {
          const here = rgb[at] as number;
          const after = k + 1 < size ? (rgb[at + step] as number) : here;
          rgb[at] = here + side * (before + after - 2 * here);
          before = here;
        }
      }
  };
  for (let pass = 0; pass < passes; pass++) {
    smooth(3, size, 3 * size);
    smooth(3 * size, size, 3);
  }
}

/**
 * The bytes, `[size, size, 3]`, with grain. `noise` is its standard deviation at 32 px. In larger pictures it is smaller
 * (∝ 1/√size), so that it hides as much of a face and does not look coarser. The grain is the sum of four bytes of a hash,
 * which is close to a normal distribution.
 */
export function develop(
  { rgb, size }: Raster,
  noise: number,
  ...key: (number | string)[]
): Uint8Array<ArrayBuffer> {
  const grain = hash(...key, 'grain');
  const gain = (255 * noise * Math.sqrt(32 / size)) / byteSumDeviation;
  const bytes = new Uint8Array(rgb.length);
  for (let i = 0; i < rgb.length; i++) {
    const word = draw(grain, i);
    const sum = (word & 255) + ((word >>> 8) & 255) + ((word >>> 16) & 255) + (word >>> 24);
    bytes[i] = Math.min(255, Math.max(0, Math.round(255 * (rgb[i] as number) + gain * (sum - 510))));
  }
  return bytes;
}
