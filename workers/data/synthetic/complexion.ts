/** @file Computes the colours of a person's skin, hair, lips and iris from the four colour parameters. */

import type { FaceParameters } from './faceParameters';
import type { Rgb } from './raster';

const hex = (code: number): Rgb => [(code >> 16) / 255, ((code >> 8) & 255) / 255, (code & 255) / 255];
const skinTones = [0x5e3a28, 0x7d4e34, 0xa36a45, 0xc98f64, 0xe2b189, 0xf1cba9, 0xf9e0cb].map(hex);
const hairTones = [0x14100f, 0x241a17, 0x40291d, 0x6b4527, 0x9a6d3a, 0xcaa262, 0xe6cf9a].map(hex);

export const mix = (from: Rgb, to: Rgb, share: number): Rgb => [
  from[0] + share * (to[0] - from[0]),
  from[1] + share * (to[1] - from[1]),
  from[2] + share * (to[2] - from[2]),
];

const clamp = (value: number) => Math.min(1, Math.max(0, value));
export const shade = (colour: Rgb, factor: number): Rgb => [
  clamp(colour[0] * factor),
  clamp(colour[1] * factor),
  clamp(colour[2] * factor),
];

function tone(scale: readonly Rgb[], deviation: number): Rgb {
  const at = clamp(0.5 + deviation / 5.2) * (scale.length - 1);
  const k = Math.min(scale.length - 2, Math.floor(at));
  return mix(scale[k] as Rgb, scale[k + 1] as Rgb, at - k);
}

export interface Complexion {
  skin: Rgb;
  /** The colour of skin in shadow. It is darker and redder, and never grey. */
  skinShade: Rgb;
  skinLight: Rgb;
  hair: Rgb;
  brow: Rgb;
  lips: Rgb;
  iris: Rgb;
}

export function complexion(p: FaceParameters): Complexion {
  const pale = tone(skinTones, p.skinLightness);
  const skin: Rgb = [
    clamp(pale[0] + 0.012 * p.skinHue),
    clamp(pale[1] - 0.012 * p.skinHue),
    clamp(pale[2] - 0.016 * p.skinHue),
  ];
  const natural = tone(hairTones, p.hairLightness);
  const grey = (natural[0] + natural[1] + natural[2]) / 3;
  // Above the mean the hair becomes auburn, below it silver.
  const hair =
    p.hairHue > 0
      ? mix(natural, [grey * 1.55 + 0.12, grey * 0.72 + 0.03, grey * 0.34], Math.min(0.85, 0.4 * p.hairHue))
      : mix(natural, [grey + 0.1, grey + 0.11, grey + 0.13], Math.min(0.95, -0.45 * p.hairHue));
  const iris = mix([0.24, 0.14, 0.08], [0.3, 0.5, 0.62], clamp(0.5 + 0.3 * (p.hairLightness - p.skinHue)));
  return {
    skin,
    skinShade: [skin[0] * 0.74, skin[1] * 0.6, skin[2] * 0.56],
    skinLight: mix(skin, [1, 0.97, 0.9], 0.4),
    hair,
    brow: mix(shade(hair, 0.55), [0.08, 0.05, 0.05], 0.5),
    lips: mix([skin[0] * 0.8, skin[1] * 0.42, skin[2] * 0.44], [0.68, 0.2, 0.24], 0.4),
    iris,
  };
}
