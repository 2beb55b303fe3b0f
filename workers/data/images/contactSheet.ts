/** @file A handful of samples that shows a dataset's breadth. */

import type { ContactSheet, DatasetIndex } from '../../protocol/dataset';
import { AppError } from '../../protocol/errors';
import { labelOf, mapColumns } from '../../protocol/labelColumns';
import { permutation } from '../../random';
import { mapLimited } from '../archive/pool';
import type { SampleSource } from '../sampleSource';

/** Indices of up to `count` samples, each chosen so that its labels in all columns were shown least. */
export function spread(index: DatasetIndex, count: number): number[] {
  const shown = new Map<string, number>();
  const columns = Object.entries(index.columns);
  const keys = (i: number) => columns.map(([name, { values }]) => `${name} ${values[i]}`);
  // 4000 candidates show any dataset; the greedy choice below is candidates × count.
  const open = new Set(permutation(index.samples.length, 'contact sheet').subarray(0, 4000));
  const chosen: number[] = [];
  while (chosen.length < count && open.size > 0) {
    let best = -1;
    let bestSeen = Number.POSITIVE_INFINITY;
    for (const i of open) {
      const seen = keys(i).reduce((sum, key) => sum + (shown.get(key) ?? 0), 0);
      if (seen < bestSeen) [best, bestSeen] = [i, seen];
    }
    open.delete(best);
    chosen.push(best);
    for (const key of keys(best)) shown.set(key, (shown.get(key) ?? 0) + 1);
  }
  return chosen;
}

function addAlpha(rgb: Uint8Array): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray((rgb.length / 3) * 4).fill(255);
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4)
    rgba.set(rgb.subarray(from, from + 3), to);
  return rgba;
}

/** RGBA tiles of `spread(index, count)`, without those whose picture cannot be had any more. */
export async function contactSheet(
  { index, pixels }: SampleSource,
  count: number,
  size: number,
  signal: AbortSignal,
): Promise<ContactSheet> {
  const tiles = await mapLimited(spread(index, count), 4, signal, async i => {
    let rgb: Uint8Array;
    try {
      rgb = await pixels(i, size, signal);
    } catch (error) {
      if (error instanceof AppError) return null;
      throw error;
    }
    return {
      path: index.samples[i]?.path ?? '',
      labels: mapColumns(index.columns, column => labelOf(column, i)),
      pixels: addAlpha(rgb),
    };
  });
  return { size, tiles: tiles.filter(tile => tile !== null) };
}
