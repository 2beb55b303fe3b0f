/** @file Thumbnails of a few samples that show how varied a dataset is. */

import type { ContactSheet, DatasetIndex } from '../../protocol/dataset';
import { AppError } from '../../protocol/errors';
import { labelOf, mapColumns } from '../../protocol/labelColumns';
import { permutation } from '../../random';
import { mapLimited } from '../archive/pool';
import type { SampleSource } from '../sampleSource';

/**
 * The indices of at most `count` samples. Each is chosen so that its labels, in all columns, were chosen least often
 * before.
 */
export function spread(index: DatasetIndex, count: number): number[] {
  const shown = new Map<string, number>();
  const columns = Object.entries(index.columns);
  const keys = (i: number) => columns.map(([name, { values }]) => `${name} ${values[i]}`);
  // The time of the choice below is proportional to candidates × count. 4000 candidates are enough for any dataset.
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

/** The RGBA tiles of `spread(index, count)`. Samples whose picture cannot be read are left out. */
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
