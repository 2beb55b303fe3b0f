/** @file Computes the outlines of head, ears, neck and shoulders. */

import { leftOf, loop, type Point, path } from '../curves';
import type { FaceParameters } from '../faceParameters';
import type { Shape } from '../raster';
import { clamp, factor, type Proportions, type Side, type Turn } from './proportions';

export interface HeadShapes {
  head: Shape;
  neck: Shape;
  shoulders: Shape;
  collar: Shape;
  ears: readonly [Shape, Shape];
  earFolds: readonly [Shape, Shape];
}

export function headShapes(p: FaceParameters, at: Proportions, turn: Turn): HeadShapes {
  const { half, tall, topY, chinY, eyeY, smile } = at;
  const jawX = half * clamp(0.83 * factor(p.jaw, 0.1), 0.45, 1.25);
  const chinX = half * clamp(0.42 * factor(p.chin, 0.16) * factor(p.jaw, 0.07), 0.14, 0.85);
  const right: Point[] = [
    [half * 0.59, topY * 0.85],
    [half * 0.94, topY * 0.43],
    [half, 0.02 * tall],
    [half * 0.965 + 0.02 * smile, 0.25 * tall],
    [jawX, chinY * 0.64],
    [(jawX + chinX) * 0.53, chinY * 0.86],
    [chinX, chinY * 0.965],
  ];

  const earHalf = 0.085 * factor(p.ears, 0.26);
  const earTall = 0.15 * factor(p.ears, 0.2);
  const onEar = (side: Side, points: readonly Point[]): Point[] =>
    points.map(([x, y]) => [side * (half * 0.97 + earHalf * (0.35 + x)), eyeY + earTall * y]);
  const ear = (side: Side) =>
    turn(
      loop(
        onEar(side, [
          [-0.8, -0.85],
          [0.35, -0.75],
          [1, -0.1],
          [0.7, 0.6],
          [0.1, 1.15],
          [-0.6, 1.05],
        ]),
      ),
      -0.25,
    );
  const earFold = (side: Side) =>
    turn(
      path(
        onEar(side, [
          [-0.05, -0.25],
          [0.55, -0.1],
          [0.3, 0.5],
        ]),
      ),
      -0.25,
    );

  const neckX = clamp(half * 0.62, 0.2, 0.42);
  const shoulder: Point[] = [
    [neckX * 1.12, 0.82],
    [0.62, 0.93],
    [1.02, 1.06],
    [1.3, 1.6],
  ];
  const neckline: Point[] = [
    [neckX * 0.6, 0.96],
    [neckX * 1.12, 0.82],
  ];
  const neck: Point[] = [
    [neckX, chinY * 0.5],
    [neckX * 1.02, 0.86],
    [neckX * 1.5, 1.25],
  ];
  return {
    head: turn(loop([[0, topY], ...right, [0, chinY], ...leftOf(right)]), 0.1),
    neck: [...neck, ...leftOf(neck)].flat(),
    shoulders: path([...leftOf(shoulder), [0, 1.02], ...shoulder]),
    collar: path([...leftOf(neckline), [0, 1.02], ...neckline]),
    ears: [ear(-1), ear(1)],
    earFolds: [earFold(-1), earFold(1)],
  };
}
