/**
 * @file How more than three tasks hang: pans on threads around a mast, each thread longer by its task's weight. A tilting
 * plate of four corners or more would hide weights, because opposite ones cancel out; here every height says its own.
 * What one pan sinks, the others rise together, as on a see-saw.
 * Lengths are in units of the arm (mast to thread); x to the right, y away from the viewer, z up from the arms.
 */
import { fullRadius, normalizeWeights, type Point3 } from './seesawPose';

/** The length of the thread of a pan without weight. */
export const shortestThread = 0.27;

/** How much lower a pan with all the weight hangs than one with none. */
export const drop = 1.06;

export interface PansPose {
  /** Where each task's thread is tied, on a circle of radius 1. */
  hooks: readonly Point3[];
  /** The middle of each task's pan, under its hook. */
  pans: readonly Point3[];
  /** Ball radii; areas are proportional to weights. */
  radii: readonly number[];
  /** Height of a pan with an equal share. */
  level: number;
}

/** Evenly around the mast, from left to right in task order, turned so that no two stand behind each other. */
function hooksOf(count: number): Point3[] {
  const turn = -Math.PI / (count % 2 === 0 ? 2.5 : 2) / count;
  return Array.from({ length: count }, (_, i) => {
    const angle = turn + (2 * Math.PI * i) / count;
    return { x: Math.cos(angle), y: Math.sin(angle), z: 0 };
  }).sort((a, b) => a.x - b.x);
}

const heightOf = (share: number) => -(shortestThread + drop * share);

/** @param weights one for each task, in task order. */
export function pansPose(weights: readonly number[]): PansPose {
  const shares = normalizeWeights(weights);
  const hooks = hooksOf(shares.length);
  return {
    hooks,
    pans: hooks.map((hook, i) => ({ ...hook, z: heightOf(shares[i] ?? 0) })),
    radii: shares.map(share => fullRadius * Math.sqrt(share)),
    level: heightOf(1 / shares.length),
  };
}
