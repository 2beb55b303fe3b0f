/**
 * @file Computes the places and sizes of the parts of a face, from the person's 22 parameters and the expression's 7
 * numbers. The picture spans −1 … 1, y points down, and the face is at the origin. Every face can be drawn, even with
 * deviations as large as a caricature's.
 */

import type { Expression } from '../expressions';
import type { FaceParameters } from '../faceParameters';

/** A factor that is 1 at z = 0 and grows with the deviation `z` at `rate`. It is positive and exact for any z. */
export const factor = (z: number, rate: number): number => {
  const r = Math.min(0.6, Math.max(-0.6, (z * rate) / 2));
  return (1 + r) / (1 - r);
};
export const clamp = (value: number, low: number, high: number): number =>
  Math.min(high, Math.max(low, value));

export type Side = -1 | 1;

export interface Proportions {
  /** Half the width of the head. */
  half: number;
  /** The height of the face. It is 1 for a mean face. */
  tall: number;
  topY: number;
  chinY: number;
  eyeX: number;
  eyeY: number;
  eyeHalf: number;
  browY: number;
  noseY: number;
  noseHalf: number;
  mouthY: number;
  mouthHalf: number;
  /** How far the mouth is open, from 0 to 1.3. */
  opening: number;
  smile: number;
  frown: number;
  worry: number;
}

export function proportions(p: FaceParameters, e: Expression): Proportions {
  const opening = clamp(e.mouthOpening, 0, 1.3);
  const half = 0.53 * factor(p.faceWidth, 0.1);
  const tall = factor(p.faceHeight, 0.1);
  const chinY = 0.66 * tall * factor(p.chin, 0.04) + 0.05 * opening;
  const eyeY = (-0.07 + 0.035 * p.eyeHeight) * tall;
  const eyeHalf = 0.132 * factor(p.eyeSize, 0.13) * clamp(half / 0.53, 0.75, 1.2);
  const nearest = eyeHalf * 1.18;
  const farthest = Math.max(nearest, half - eyeHalf * 1.05);
  const mouthY = clamp((0.375 + 0.026 * p.mouthHeight) * tall, 0.2, chinY - 0.12);
  const noseY = clamp((0.17 + 0.045 * p.noseLength) * tall, eyeY + 0.08, mouthY - 0.09);
  const mouthHalf = 0.23 * factor(p.mouthWidth, 0.13) * clamp(1 + 0.75 * e.mouthWidth, 0.5, 1.6);
  return {
    half,
    tall,
    topY: -0.7 * tall,
    chinY,
    eyeX: clamp(0.245 * factor(p.eyeDistance, 0.1) * (half / 0.53), nearest, farthest),
    eyeY,
    eyeHalf,
    browY: eyeY - eyeHalf * 0.56 - 0.1 - 0.022 * clamp(p.browHeight, -2.6, 4) - 0.1 * e.browRaise,
    noseY: noseY - 0.02 * e.upperLipRaise,
    noseHalf: 0.088 * factor(p.noseWidth, 0.2) + 0.012 * e.upperLipRaise,
    mouthY,
    mouthHalf: Math.min(mouthHalf, half * 0.82),
    opening,
    smile: Math.max(0, e.mouthCurve),
    frown: Math.max(0, -e.browTilt),
    worry: Math.max(0, e.browTilt),
  };
}

/**
 * Moves a shape sideways when the head turns. The more it sticks out, the further it moves. `depth` is 1 at the tip of
 * the nose.
 */
export type Turn = (shape: readonly number[], depth: number) => number[];

export const turnX = (x: number, yaw: number, depth: number): number =>
  x * (1 - 0.08 * yaw * yaw) + 0.14 * yaw * depth;

export const turned =
  (yaw: number): Turn =>
  (shape, depth) =>
    shape.map((value, i) => (i % 2 ? value : turnX(value, yaw, depth)));
