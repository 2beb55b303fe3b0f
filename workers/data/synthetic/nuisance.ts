/** @file Draws all that differs between pictures and does not depend on the person or the expression. */

import { stream } from '../../random';
import { quantise } from './faceParameters';
import type { Rgb } from './raster';

export interface Nuisance {
  /** The tangent of half the angle by which the head is tilted. */
  lean: number;
  scale: number;
  x: number;
  y: number;
  /** The turn of the head, from −1 (to its right) to 1. */
  yaw: number;
  /** The direction of the light, and how one-sided it is. */
  light: { x: number; y: number; strength: number; exposure: number; warmth: number };
  background: Rgb;
  clothes: Rgb;
  /** The standard deviation of the blur, in pixels of a picture of 32 px. */
  blur: number;
  /** The standard deviation of the grain at 32 px, where 1 is the full scale. */
  noise: number;
}

/** The RGB colour of a hue, a saturation and a value, all from 0 to 1. */
function colour(hue: number, saturation: number, value: number): Rgb {
  const channel = (shift: number) => {
    const h = (hue * 6 + shift) % 6;
    return quantise(value * (1 - saturation * Math.max(0, Math.min(1, Math.min(h, 4 - h)))));
  };
  return [channel(5), channel(3), channel(1)];
}

/** @param amount scales everything. It is 0.6 for photos and 1.3 for caricatures (METHOD section 8). */
export function nuisance(amount: number, ...key: (number | string)[]): Nuisance {
  const { uniform } = stream(...key, 'nuisance');
  const spread = (range: number) => quantise(range * amount * (2 * uniform() - 1));
  return {
    // Because tan(θ/2) ≈ θ/2, this is about ±7° at nuisance 0.6.
    lean: spread(0.05),
    scale: 1 + spread(0.05),
    x: spread(0.038),
    y: spread(0.038),
    yaw: spread(0.5),
    light: {
      x: spread(1),
      y: -quantise(0.5 * uniform()),
      strength: quantise(0.15 + 0.6 * amount * uniform()),
      exposure: 1 + spread(0.25),
      warmth: spread(0.14),
    },
    background: colour(uniform(), 0.1 + 0.22 * uniform(), 0.35 + 0.38 * uniform()),
    clothes: colour(uniform(), 0.2 + 0.35 * uniform(), 0.25 + 0.5 * uniform()),
    blur: quantise(0.6 * amount * uniform()),
    noise: 0.06 * amount,
  };
}
