/**
 * @file Computes the outlines of mouth, lips, teeth and tongue. Their edges are functions y(u), where u goes from −1 at
 * one corner to 1 at the other.
 */

import { ellipse, path, reverse } from '../curves';
import type { Expression } from '../expressions';
import type { FaceParameters } from '../faceParameters';
import type { Shape } from '../raster';
import { clamp, factor, type Proportions, type Side, type Turn } from './proportions';

export interface MouthShapes {
  mouth: {
    /** The distance between the lips at the middle. */
    gap: number;
    opening: Shape;
    upperLip: Shape;
    lowerLip: Shape;
    teeth: Shape;
    tongue: Shape;
    /** The line between closed lips. */
    line: Shape;
  };
  /** The lines from the wings of the nose to the corners of the mouth, and how deep they are, from 0 to 1. */
  folds: readonly [Shape, Shape];
  foldDepth: number;
}

type Edge = (u: number) => number;
const steps = Array.from({ length: 17 }, (_, k) => k / 8 - 1);
const arch: Edge = u => 1 - u * u;
/** The contour of the upper lip, which has two peaks and a dip between them. */
const bow: Edge = u => {
  const v = Math.abs(u);
  return v < 0.28 ? 0.8 + 0.72 * v : (1 - (v - 0.28) / 0.72) * (1 + 0.35 * (v - 0.28));
};

export function mouthShapes(p: FaceParameters, e: Expression, at: Proportions, turn: Turn): MouthShapes {
  const { mouthY, mouthHalf, opening, smile, frown, noseY, noseHalf } = at;
  // A smile makes the lips thinner, and anger presses them together.
  const pressed = 0.25 * frown * (1 - Math.min(1, 4 * opening));
  const lip = 0.043 * factor(p.lip, 0.28) * (1 - 0.12 * smile) * (1 - pressed);
  /** The curve of both edges of the mouth. It is rounder if the mouth is open wider. */
  const bowl: Edge = u => arch(u) + 0.8 * Math.min(1, opening) * (Math.sqrt(arch(u)) - arch(u));
  const rest: Edge = u => mouthY + 0.14 * e.mouthCurve * (0.42 - u * u);
  const snarl: Edge = u => 0.085 * e.upperLipRaise * arch(u) * (1 + 0.35 * u);
  const upper: Edge = u => rest(u) - 0.04 * opening * bowl(u) - snarl(u);
  const drop = 0.24 * opening * (1 + 0.4 * smile * Math.max(0, 1 - opening));
  const lower: Edge = u => rest(u) + drop * bowl(u);

  const row = (edge: Edge) => steps.flatMap(u => [u * mouthHalf, edge(u)]);
  const area = (from: Edge, to: Edge) => turn([...row(from), ...reverse(row(to))], 0.72);
  const gap = lower(0) - upper(0);
  const fold = (side: Side) =>
    turn(
      path([
        [side * (noseHalf + 0.03), noseY - 0.01],
        [side * (Math.max(noseHalf, mouthHalf * 0.75) + 0.05), 0.5 * (noseY + mouthY)],
        [side * (mouthHalf + 0.05), mouthY - 0.02 - 0.03 * e.mouthCurve],
      ]),
      0.6,
    );
  return {
    mouth: {
      gap,
      opening: area(upper, lower),
      upperLip: area(
        u => upper(u) - lip * bow(u),
        u => upper(u) + 0.004,
      ),
      lowerLip: area(
        u => lower(u) - 0.004,
        u => lower(u) + 1.3 * lip * bowl(u),
      ),
      teeth: area(upper, u => upper(u) + Math.min(0.62 * (lower(u) - upper(u)), 0.062)),
      tongue: turn(ellipse(0, lower(0) + 0.01, mouthHalf * 0.62, 0.42 * gap), 0.72),
      line: turn(
        row(u => 0.5 * (upper(u) + lower(u))),
        0.72,
      ),
    },
    folds: [fold(-1), fold(1)],
    foldDepth: clamp(0.75 * smile + 0.9 * e.upperLipRaise, 0, 1),
  };
}
