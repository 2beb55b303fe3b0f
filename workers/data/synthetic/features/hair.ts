/**
 * @file Computes the hair: a silhouette over the skull without the face below the hair line, and long hair behind the
 * head.
 */

import { leftOf, loop, type Point, path } from '../curves';
import type { FaceParameters } from '../faceParameters';
import type { Shape } from '../raster';
import { clamp, type Proportions, type Side, type Turn } from './proportions';

export interface HairShapes {
  hair: Shape;
  /** The hair behind head and shoulders. It is null when the hair is short. */
  hairBehind: Shape | null;
  /** The lines along which the hair falls from the parting. */
  strands: readonly Shape[];
}

export function hairShapes(p: FaceParameters, at: Proportions, turn: Turn): HairShapes {
  const { half, tall, topY, chinY, eyeY, browY } = at;
  const fullness = clamp(p.sideHair, -2, 2);
  const volume = 0.105 + 0.02 * fullness + 0.015 * clamp(p.hairLightness, -2, 2);
  const lineY = clamp((-0.375 - 0.07 * p.hairLine) * tall, topY + 0.1, browY - 0.02);
  const part = clamp(0.3 * half * (p.hairHue - 0.5 * p.hairLine), -0.55 * half, 0.55 * half);
  const endY = clamp(eyeY + 0.02 + 0.15 * p.sideHair, eyeY - 0.09, chinY * 0.75);
  const outX = half + volume * 0.8;
  // Short sides lie close to the head.
  const sideX = half + volume * clamp(0.42 + 0.3 * p.sideHair, 0.22, 0.85);
  const templeX = half * (0.93 - 0.02 * fullness);

  const outside: Point[] = [
    [outX * 0.57, topY * 0.85 - volume * 0.85],
    [outX * 0.94, topY * 0.44 - volume * 0.35],
    [0.6 * outX + 0.4 * sideX, topY * 0.12],
    [sideX, endY - 0.05],
    [templeX, endY],
  ];
  const inside: Point[] = [
    [templeX, endY],
    [templeX * 0.96, lineY * 0.55 + endY * 0.25],
    [half * 0.72, lineY * 0.95],
  ];
  const silhouette = path([...leftOf(outside), [0.12 * part, topY - volume * 1.1], ...outside]);
  const hairLine = path([
    ...inside,
    [0.5 * (part + half * 0.62), lineY - 0.02],
    [part, lineY - 0.08],
    [0.5 * (part - half * 0.62), lineY - 0.02],
    ...leftOf(inside),
  ]);

  const length = clamp(chinY * (0.55 + 0.42 * p.sideHair), 0.3, 1.15);
  const flare = outX * (1 + 0.07 * p.sideHair);
  const behind: Point[] = [
    [outX * 0.57, topY * 0.82 - volume * 0.75],
    [outX * 0.96, topY * 0.42 - volume * 0.2],
    [outX * 1.05, 0.03],
    [flare * 1.08, length * 0.6],
    [flare * 1.05, length * 0.95],
    [flare * 0.7, length],
  ];

  const strand = (side: Side, k: number) =>
    turn(
      path([
        [part + side * 0.02, topY * (0.99 - 0.1 * k) - volume * 0.4],
        [0.45 * part + side * outX * (0.5 - 0.03 * k), topY * (0.86 - 0.16 * k) - volume * 0.2],
        [side * outX * (0.88 - 0.06 * k), topY * (0.5 - 0.12 * k)],
        [side * outX * (0.94 - 0.03 * k), topY * (0.2 - 0.12 * k)],
      ]),
      0.12,
    );
  const isLong = p.sideHair > 0.35;
  return {
    hair: turn([...silhouette, ...hairLine], 0.12),
    hairBehind: isLong
      ? turn(loop([[0, topY - volume * 0.95], ...behind, [0, length * 0.9], ...leftOf(behind)]), 0)
      : null,
    strands: [0, 1, 2].flatMap(k => [strand(-1, k), strand(1, k)]),
  };
}
