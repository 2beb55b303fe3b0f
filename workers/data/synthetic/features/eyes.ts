/** @file Computes the outlines of the eyes and brows, and the furrows of a frown. */

import { type Point, path, reverse } from '../curves';
import type { Expression } from '../expressions';
import type { FaceParameters } from '../faceParameters';
import type { Shape } from '../raster';
import { clamp, factor, type Proportions, type Side, type Turn, turnX } from './proportions';

export interface Eye {
  white: Shape;
  upperLid: Shape;
  lowerLid: Shape;
  crease: Shape;
  iris: { x: number; y: number; radius: number };
}
export interface EyeShapes {
  eyes: readonly [Eye, Eye];
  /** The middle lines of the brows, from the inner to the outer end. */
  brows: readonly [Shape, Shape];
  browThickness: number;
  /** The lines between the brows of a frown, and how deep they are, from 0 to 1. */
  furrows: readonly [Shape, Shape];
  furrowDepth: number;
}

export function eyeShapes(
  p: FaceParameters,
  e: Expression,
  at: Proportions,
  yaw: number,
  turn: Turn,
): EyeShapes {
  const { eyeX, eyeY, eyeHalf, browY, smile, frown, worry } = at;
  const up = eyeHalf * clamp(0.56 * (1 + 0.85 * e.eyeOpening), 0.1, 1.2);
  const squint = 0.17 * smile + 0.12 * e.upperLipRaise;
  const down = eyeHalf * clamp(0.4 * (1 + 0.55 * e.eyeOpening) - squint, 0.06, 0.9);

  const eye = (side: Side): Eye => {
    const x = (share: number) => side * (eyeX + share * eyeHalf);
    const inner: Point = [x(-1), eyeY + 0.016];
    const outer: Point = [x(1), eyeY - 0.006 + 0.02 * Math.max(0, -e.mouthCurve) * worry];
    const upper = path([
      inner,
      [x(-0.5), eyeY - up * (0.78 - 0.3 * frown + 0.08 * worry)],
      [x(0.15), eyeY - up],
      [x(0.65), eyeY - up * 0.72],
      outer,
    ]);
    const lower = path([inner, [x(-0.4), eyeY + down * 0.9], [x(0.4), eyeY + down], outer]);
    const crease = path([
      [x(-0.7), eyeY - up * 0.75 - 0.025],
      [x(0.15), eyeY - up - 0.038],
      [x(1.05), eyeY - up * 0.3 - 0.012],
    ]);
    return {
      white: turn([...upper, ...reverse(lower)], 0.6),
      upperLid: turn(upper, 0.6),
      lowerLid: turn(lower, 0.6),
      crease: turn(crease, 0.6),
      // The iris moves more than the lids, because the eyes look where the head turns.
      iris: { x: turnX(side * eyeX, yaw, 0.75), y: eyeY + 0.1 * (down - up), radius: eyeHalf * 0.47 },
    };
  };

  const browHalf = 0.16 * factor(p.browLength, 0.12);
  const tilt = 0.095 * e.browTilt;
  const brow = (side: Side) => {
    const x = (share: number) => side * (eyeX + 0.005 - 0.014 * frown + share * browHalf);
    return turn(
      path([
        [x(-0.95), browY - tilt + 0.012],
        [x(-0.3), browY - 0.45 * tilt - 0.016],
        [x(0.35), browY + 0.3 * tilt - 0.026],
        [x(1), browY + 0.75 * tilt + 0.024],
      ]),
      0.6,
    );
  };
  const furrow = (side: Side) =>
    turn(
      path([
        [side * 0.045, browY],
        [side * 0.03, browY + 0.05],
        [side * 0.038, browY + 0.1],
      ]),
      0.65,
    );

  return {
    eyes: [eye(-1), eye(1)],
    brows: [brow(-1), brow(1)],
    browThickness: 0.054 * factor(p.browThickness, 0.2),
    furrows: [furrow(-1), furrow(1)],
    furrowDepth: clamp(0.8 * (frown - worry) - 0.2 * e.browRaise, 0, 1),
  };
}
