/** @file Computes the outlines of the nose. */

import { ellipse, leftOf, loop, type Point, path } from '../curves';
import type { Shape } from '../raster';
import { type Proportions, turnX } from './proportions';

export interface Nose {
  x: number;
  y: number;
  /** Half the width of the nose. */
  half: number;
  /** The line of shadow beside the bridge, on the side from which the head turns away. */
  side: Shape;
  tip: Shape;
  wings: Shape;
  nostrils: readonly [Shape, Shape];
}

export function noseShapes({ eyeY, noseY: y, noseHalf: half }: Proportions, yaw: number): Nose {
  const x = turnX(0, yaw, 1);
  const away = yaw >= 0 ? -1 : 1;
  const around = (points: readonly Point[]): Point[] => points.map(([u, v]) => [x + u * half, y + v]);
  const tip: Point[] = [
    [0.3, 0.024],
    [0.7, 0.03],
    [0.98, -0.01],
  ];
  const wing: Point[] = [
    [0.3, -0.11],
    [0.7, -0.055],
    [1, -0.005],
    [0.6, 0.032],
  ];
  return {
    x,
    y,
    half,
    side: path([
      [turnX(0, yaw, 0.6) + away * 0.055, eyeY + 0.03],
      [x + away * 0.035, eyeY + 0.5 * (y - eyeY)],
      ...around([
        [away * 0.72, -0.035],
        [away * 0.92, 0.012],
      ]),
    ]),
    tip: path(around([...leftOf(tip), [0, 0.042], ...tip])),
    wings: loop([[x, eyeY + 0.25 * (y - eyeY)], ...around([...wing, [0, 0.045], ...leftOf(wing)])]),
    nostrils: [
      ellipse(x - half * 0.48, y + 0.018, half * 0.23, 0.013),
      ellipse(x + half * 0.48, y + 0.018, half * 0.23, 0.013),
    ],
  };
}
