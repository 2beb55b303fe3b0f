/**
 * @file How the see-saw stands for given task weights. Two tasks: a plank on an edge, its angle proportional to
 * w₁ − w₂. Three: a plate on a point with a corner for each task, leaning towards the mean of its corners weighted by the task
 * weights; the mark of that mean on the plate says the weights exactly. More hang in pans (`pansPose.ts`).
 * Lengths are in units of the arm (pivot to corner); x to the right, y away from the viewer, z up.
 */

/** Degrees of a plank or plate with all the weight on one task. */
export const maxTiltDegrees = 16;

/** A plate of more corners would look the same for different weights. */
export const mostOnPlate = 3;

/** Ball radius of weight 1; areas are proportional to weights. */
export const fullRadius = 0.34;

export interface Point3 {
  x: number;
  y: number;
  z: number;
}

export interface SeesawPose {
  /** Degrees from level, ≥ 0. */
  tilt: number;
  /** Direction it leans to in the level plane, radians; 0 when level. */
  heading: number;
  /** Where each task's ball touches the plank or plate. */
  corners: readonly Point3[];
  /** Unit normal of the plank or plate. */
  normal: Point3;
  /** Ball radii. */
  radii: readonly number[];
  /** Weighted mean of the corners, on the plank or plate. */
  mass: Point3;
}

/** Corner `i` of `count` on the level plate: two at left and right; of three the first is at the front left, the third at the back. */
function levelCorner(i: number, count: number): { x: number; y: number } {
  if (count <= 2) return { x: i === 0 ? -1 : 1, y: 0 };
  const angle = ((210 + (360 / count) * i) * Math.PI) / 180;
  return { x: Math.cos(angle), y: Math.sin(angle) };
}

/** Makes the weights non-negative, finite and sum to one. If none is usable, all are equal. */
export function normalizeWeights(weights: readonly number[]): number[] {
  const clean = weights.map(weight => (Number.isFinite(weight) ? Math.max(0, weight) : 0));
  const sum = clean.reduce((total, weight) => total + weight, 0);
  return clean.map(weight => (sum > 0 ? weight / sum : 1 / clean.length));
}

/** @param weights one for each task, in task order: two or three. */
export function seesawPose(weights: readonly number[]): SeesawPose {
  const shares = normalizeWeights(weights);
  const level = shares.map((_, i) => levelCorner(i, shares.length));
  const lean = level.reduce(
    (sum, corner, i) => ({ x: sum.x + corner.x * (shares[i] ?? 0), y: sum.y + corner.y * (shares[i] ?? 0) }),
    { x: 0, y: 0 },
  );
  const amount = Math.hypot(lean.x, lean.y);
  const balanced = amount < 1e-12;
  const tilt = balanced ? 0 : maxTiltDegrees * amount;
  const heading = balanced ? 0 : Math.atan2(lean.y, lean.x);
  const dx = Math.cos(heading);
  const dy = Math.sin(heading);
  const cos = Math.cos((tilt * Math.PI) / 180);
  const sin = Math.sin((tilt * Math.PI) / 180);

  // Rotation that takes the heading (dx, dy, 0) down to (cos·dx, cos·dy, −sin) and keeps the level line across it.
  const place = ({ x, y }: { x: number; y: number }): Point3 => {
    const along = x * dx + y * dy;
    return {
      x: x + along * (cos - 1) * dx,
      y: y + along * (cos - 1) * dy,
      z: along === 0 ? 0 : -along * sin,
    };
  };
  return {
    tilt,
    heading,
    corners: level.map(place),
    normal: { x: sin * dx, y: sin * dy, z: cos },
    radii: shares.map(share => fullRadius * Math.sqrt(share)),
    mass: place(lean),
  };
}
