/**
 * @file A person among the sample faces has 22 numbers. Each is a clipped standard normal, and the mean face is all
 * zeros. `faceGeometry` and `complexion` say what a deviation of one looks like.
 */

import { stream } from '../../random';

export const faceParameterNames = [
  'faceWidth',
  'faceHeight',
  'jaw',
  'chin',
  'eyeDistance',
  'eyeHeight',
  'eyeSize',
  'browHeight',
  'browThickness',
  'browLength',
  'noseLength',
  'noseWidth',
  'mouthHeight',
  'mouthWidth',
  'lip',
  'hairLine',
  'sideHair',
  'skinLightness',
  'skinHue',
  'hairLightness',
  'hairHue',
  'ears',
] as const;

export type FaceParameters = Record<(typeof faceParameterNames)[number], number>;

/** The largest deviation. With a larger one a photo would not look like a person. */
export const parameterLimit = 1.5;

/** Rounds to a multiple of 2⁻¹⁴, because logarithm, cosine and exponential differ in the last bits between browsers. */
export const quantise = (value: number): number => Math.round(value * 16384) / 16384;

/** The person number `identity` of the population `seed`. */
export function faceParameters(seed: number, identity: number): FaceParameters {
  const { normal } = stream(seed, 'identity', identity);
  const draw = () => quantise(Math.min(parameterLimit, Math.max(-parameterLimit, normal())));
  return mapParameters(draw);
}

/** Builds parameters name by name, always in the same order. */
export function mapParameters(value: (name: keyof FaceParameters) => number): FaceParameters {
  return Object.fromEntries(faceParameterNames.map(name => [name, value(name)])) as FaceParameters;
}
