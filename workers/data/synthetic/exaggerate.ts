/**
 * @file Exaggerates a person as an artist does. The deviation from the mean face is multiplied by a gain of 1–3, which
 * differs between features, and the artist's own style is added. Faces that are exaggerated evenly would be *easier* to
 * tell apart than photos (METHOD.md section 8).
 */

import { stream } from '../../random';
import { type FaceParameters, mapParameters, quantise } from './faceParameters';

/**
 * The standard deviation of the logarithm of a feature's gain. It is also that of the artist's offset, in standard
 * deviations of the population.
 */
const unevenness = 0.8;
const style = 0.8;
/** The colours stay close to the real ones, so they have no gain and only half the offset. */
const colours = new Set(['skinLightness', 'skinHue', 'hairLightness', 'hairHue']);
/** The largest deviation. With a larger one the outlines would cross each other. */
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
