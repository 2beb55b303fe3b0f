/**
 * @file How an artist sees a person: the deviation from the mean face times a gain of 1–3, unevenly over the features,
 * plus the artist's own style. Evenly exaggerated faces would be *easier* to tell apart than photos (METHOD.md section 8).
 */

import { stream } from '../../random';
import { type FaceParameters, mapParameters, quantise } from './faceParameters';

/** Deviation (in logarithm) of one feature's gain, and of the artist's offset, in population deviations. */
const unevenness = 0.8;
const style = 0.8;
/** Colours are taken from life: no gain, half the offset. */
const colours = new Set(['skinLightness', 'skinHue', 'hairLightness', 'hairHue']);
/** Farther out the outlines would tangle. */
const reach = 4;

export function exaggerate(person: FaceParameters, ...key: (number | string)[]): FaceParameters {
  const { uniform, normal } = stream(...key, 'artist');
  const gain = 1 + 2 * uniform();
  return mapParameters(name => {
    const uneven = Math.exp(unevenness * normal());
    const offset = style * normal();
    const seen = colours.has(name) ? person[name] + 0.5 * offset : person[name] * gain * uneven + offset;
    return quantise(Math.min(reach, Math.max(-reach, seen)));
  });
}
