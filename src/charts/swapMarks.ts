/** @file Places the swap marks. Marks that would touch become one mark, and labels that would overlap are left out. */
import type { SwapEvent } from './types';

export interface SwapMark {
  /** Distance from the left edge of the plot in pixels. */
  x: number;
  /** The swaps that this mark stands for, in order. There is at least one. */
  swaps: readonly SwapEvent[];
  /** Null where the label of a neighbour takes the room. */
  label: { text: string; anchor: 'start' | 'middle' | 'end'; x: number } | null;
}

export interface SwapMarkOptions {
  /** The width of the plot in pixels. Marks outside it are left out. */
  width: number;
  /** Marks of one run that are nearer than this, in pixels, are merged. */
  mergeWithin?: number;
  /** The width of one character of the label in pixels. */
  charWidth?: number;
}

/** Marks in order of x. `toX` maps a swap to its pixel. */
export function placeSwapMarks(
  swaps: readonly SwapEvent[],
  toX: (swap: SwapEvent) => number,
  { width, mergeWithin = 5, charWidth = 6.2 }: SwapMarkOptions,
): SwapMark[] {
  const placed = swaps
    .map(swap => ({ swap, x: toX(swap) }))
    .filter(({ x }) => x >= 0 && x <= width)
    .sort((a, b) => a.x - b.x);

  const groups: { runId: string; first: number; x: number; swaps: SwapEvent[] }[] = [];
  for (const { swap, x } of placed) {
    const near = groups.findLast(group => group.runId === swap.runId);
    if (near && x - near.first < mergeWithin) near.swaps.push(swap);
    else groups.push({ runId: swap.runId, first: x, x, swaps: [swap] });
  }

  let labelledTo = Number.NEGATIVE_INFINITY;
  return groups.map(({ x, swaps: merged }) => {
    const text = merged.length > 1 ? `${merged.length} swaps` : `swap ${merged[0]?.step ?? ''}`;
    const half = (text.length * charWidth) / 2;
    const anchor = x - half < 0 ? 'start' : x + half > width ? 'end' : 'middle';
    const left = anchor === 'start' ? x : anchor === 'end' ? x - 2 * half : x - half;
    if (left < labelledTo + charWidth) return { x, swaps: merged, label: null };
    labelledTo = left + 2 * half;
    return { x, swaps: merged, label: { text, anchor, x } };
  });
}
