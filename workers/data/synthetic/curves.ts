/** @file Smooth outlines as polygons: splines, ellipses, brush strokes. Points are x, y pairs in one flat list. */

import type { Shape } from './raster';

/** Into how many points a segment of a spline is cut. It looks smooth at 160 px. */
const cuts = 6;

export type Point = readonly [x: number, y: number];

function spline(points: readonly Point[], closed: boolean): number[] {
  const n = points.length;
  const segments = closed ? n : n - 1;
  const at = (k: number) => points[closed ? (k + n) % n : Math.min(n - 1, Math.max(0, k))] as Point;
  const curve: number[] = [];
  for (let k = 0; k < segments; k++) {
    const a = at(k - 1);
    const b = at(k);
    const c = at(k + 1);
    const d = at(k + 2);
    for (let cut = 0; cut < cuts; cut++) {
      const t = cut / cuts;
      curve.push(between(a[0], b[0], c[0], d[0], t), between(a[1], b[1], c[1], d[1], t));
    }
  }
  if (!closed) curve.push(...at(n - 1));
  return curve;
}

/** A Catmull–Rom spline from `b` at t = 0 to `c` at t = 1. */
const between = (a: number, b: number, c: number, d: number, t: number) =>
  b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));

/** A smooth closed outline through the points. */
export const loop = (points: readonly Point[]): number[] => spline(points, true);
/** A smooth line from the first point to the last. */
export const path = (points: readonly Point[]): number[] => spline(points, false);

/** Mirrors a right half to the left, in opposite order. `[top, …right, bottom, …leftOf(right)]` is a closed outline. */
export const leftOf = (right: readonly Point[]): Point[] => right.map(([x, y]): Point => [-x, y]).reverse();

/** The points of a quarter circle, computed with half-angle tangents. The arithmetic is exact and needs no sine. */
const quarter = Array.from({ length: 6 }, (_, k) => {
  const t = k / 6;
  return [(1 - t * t) / (1 + t * t), (2 * t) / (1 + t * t)] as const;
});
const circle = [
  ...quarter,
  ...quarter.map(([x, y]) => [-y, x] as const),
  ...quarter.map(([x, y]) => [-x, -y] as const),
  ...quarter.map(([x, y]) => [y, -x] as const),
];

export function ellipse(cx: number, cy: number, rx: number, ry: number): number[] {
  const points: number[] = [];
  for (const [x, y] of circle) points.push(cx + rx * x, cy + ry * y);
  return points;
}

/** The points in opposite order. */
export function reverse(points: Shape): number[] {
  const turned: number[] = [];
  for (let i = points.length - 2; i >= 0; i -= 2) turned.push(points[i] as number, points[i + 1] as number);
  return turned;
}

/** The outline of a brush stroke along `line`. Its width is `width(t)`, where t goes from 0 at the start to 1 at the end. */
export function stroke(line: Shape, width: (t: number) => number): number[] {
  const n = line.length / 2;
  const there: number[] = [];
  const back: number[] = [];
  for (let k = 0; k < n; k++) {
    const x = line[2 * k] as number;
    const y = line[2 * k + 1] as number;
    const before = 2 * Math.max(0, k - 1);
    const after = 2 * Math.min(n - 1, k + 1);
    const dx = (line[after] as number) - (line[before] as number);
    const dy = (line[after + 1] as number) - (line[before + 1] as number);
    const half = width(k / (n - 1)) / (2 * Math.sqrt(dx * dx + dy * dy) + 1e-9);
    there.push(x - dy * half, y + dx * half);
    back.push(x + dy * half, y - dx * half);
  }
  return [...there, ...reverse(back)];
}

/** The width of a pen's stroke, which is thin at both ends and `width` in the middle. */
export const tapered =
  (width: number, ends = 0.25) =>
  (t: number): number =>
    width * (ends + (1 - ends) * 4 * t * (1 - t));
