/** @file From the see-saw's space to the picture: an orthographic camera that looks down a little. */
import type { Point3 } from './seesawPose';

export interface Point2 {
  x: number;
  y: number;
}

export interface Camera {
  /** Pixel of the pivot. */
  cx: number;
  cy: number;
  /** Pixels an arm. */
  arm: number;
  /** Degrees above the horizon. */
  elevation: number;
}

export function project(point: Point3, camera: Camera): Point2 {
  const angle = (camera.elevation * Math.PI) / 180;
  return {
    x: camera.cx + camera.arm * point.x,
    y: camera.cy - camera.arm * (point.y * Math.sin(angle) + point.z * Math.cos(angle)),
  };
}

const n = (value: number) => value.toFixed(1);

/** Closed path through `points` with corners rounded by `radius` pixels. */
export function roundedPolygon(points: readonly Point2[], radius: number): string {
  const toward = (from: Point2, to: Point2): Point2 => {
    const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
    const share = Math.min(0.5, radius / length);
    return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
  };
  const parts = points.map((corner, i) => {
    const before = points[(i + points.length - 1) % points.length] ?? corner;
    const after = points[(i + 1) % points.length] ?? corner;
    const a = toward(corner, before);
    const b = toward(corner, after);
    return `${i === 0 ? 'M' : 'L'}${n(a.x)} ${n(a.y)}Q${n(corner.x)} ${n(corner.y)} ${n(b.x)} ${n(b.y)}`;
  });
  return `${parts.join('')}Z`;
}

/** The corners of a plate outline: pushed out by `margin` arms from the mean so that balls rest inside. */
export function outset(points: readonly Point3[], factor: number): Point3[] {
  return points.map(({ x, y, z }) => ({ x: x * factor, y: y * factor, z: z * factor }));
}

/** Convex hull, counter-clockwise on screen: the silhouette of a plate and of its underside together. */
export function hull(points: readonly Point2[]): Point2[] {
  const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y);
  const turn = (o: Point2, a: Point2, b: Point2) => (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
  const half = (list: readonly Point2[]) => {
    const chain: Point2[] = [];
    for (const point of list) {
      for (;;) {
        const a = chain.at(-2);
        const b = chain.at(-1);
        if (!a || !b || turn(a, b, point) > 0) break;
        chain.pop();
      }
      chain.push(point);
    }
    return chain.slice(0, -1);
  };
  return [...half(sorted), ...half([...sorted].reverse())];
}
