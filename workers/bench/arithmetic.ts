/** @file The benchmark's arithmetic: medians, ratios, operations of a plan. */
import type { LayerShape, NetworkPlan } from '../nets/network';
import { type Direction, isFailed, type Outcome } from '../protocol/bench';

/** The values may have any order. For an even count it is the mean of the middle two, and for no values NaN. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/**
 * Returns the GFLOP of one training step by direction. Only convolutions count, and a multiply-add counts 2. The images
 * need no gradient, so the first layer has no input gradient.
 */
export function directionGflop(
  { layers }: Pick<NetworkPlan, 'layers'>,
  batch: number,
): Record<Direction, number> {
  const gflop = layers.map(({ multiplyAdds }) => (2 * batch * multiplyAdds) / 1e9);
  const all = gflop.reduce((a, b) => a + b, 0);
  return { forward: all, inputGradient: all - (gflop[0] ?? 0), weightGradient: all };
}

/** Returns the GFLOP of all three directions for one image. */
export function trainingGflop(plan: Pick<NetworkPlan, 'layers'>): number {
  const { forward, inputGradient, weightGradient } = directionGflop(plan, 1);
  return forward + inputGradient + weightGradient;
}

/** Returns the convolutions with the most multiply-adds, heaviest first. Of equal shapes only the first is taken. */
export function heaviest({ layers }: Pick<NetworkPlan, 'layers'>, count: number): LayerShape[] {
  const shapes = new Map<string, LayerShape>();
  for (const layer of layers) {
    const key = JSON.stringify([layer.output, layer.convolution]);
    if (layer.convolution && !shapes.has(key)) shapes.set(key, layer);
  }
  return [...shapes.values()].sort((a, b) => b.multiplyAdds - a.multiplyAdds).slice(0, count);
}

/** Returns null if one of the two did not run. */
export function ratio<T>(slow: Outcome<T>, fast: Outcome<T>, time: (cost: T) => number): number | null {
  return isFailed(slow) || isFailed(fast) ? null : time(slow) / time(fast);
}

/**
 * The runs of one contestant in a round. They fit in a fifth of the slowest one's time, so that medians are of many.
 */
export const runsInRound = (ownMs: number, slowestMs: number): number =>
  Math.max(1, Math.min(20, Math.floor((0.2 * slowestMs) / ownMs)));
