/**
 * @file Finds sequences that the files do not name. A recording that is stored as `P012/Anger/000.jpeg … 024.jpeg` (Oulu-CASIA)
 * has no name of a sequence, so a split by image would put neighbouring frames on both sides. Collections of photos have
 * numbered files too (`Adam_Sandler/Adam_Sandler_0001.jpg`), but not in a folder for each expression of each person.
 */

import { folders, stem } from '../archive/paths';
import { expressionOf } from './labels';
import type { RawSample } from './layout';

/** Fewer numbered pictures than this are single pictures and not a recording. */
const fewestFrames = 3;
/**
 * In a recording, at least half of the differences between neighbouring frame numbers are at most this. Some frames may
 * be missing, but numbers of a catalogue are further apart.
 */
const largestTypicalStep = 10;

const folderOf = (path: string) => folders(path).join('/');
const words = (text: string) => text.toLowerCase().split(/[\s._-]+/);

/**
 * The number in a file name that has nothing else except the names of its folders: `017`, or `P022_Happiness_023` in
 * `P022/Happiness/`. It is `null` for any other name.
 */
function bareNumber(path: string): number | null {
  const match = /^(.*?)(\d+)$/.exec(stem(path));
  if (!match) return null;
  const known = new Set(folders(path).flatMap(words));
  const says = words(match[1] ?? '').filter(word => word !== '');
  return says.every(word => known.has(word)) ? Number(match[2]) : null;
}

function consecutive(numbers: readonly number[]): boolean {
  const sorted = numbers.toSorted((a, b) => a - b);
  const steps = sorted.slice(1).map((n, i) => n - (sorted[i] ?? 0));
  return steps.filter(step => step <= largestTypicalStep).length * 2 >= steps.length;
}

/** Whether a folder has one expression of one person, and its path names them. */
function isCell(path: string, members: readonly RawSample[]): boolean {
  const [first] = members;
  if (!first) return false;
  const { identity, expression } = first.labels;
  if (identity === null || expression === null) return false;
  return (
    folders(path).some(name => expressionOf(name) === expression) &&
    members.every(({ labels }) => labels.identity === identity && labels.expression === expression)
  );
}

/** The sequence of a frame that has a number but no sequence: one expression of one person, or else the folder. */
function framesOf({ labels: { identity, expression, modality }, image }: RawSample): string {
  const key = [identity, expression, modality].map(label => label?.toLowerCase() ?? '').join('/');
  const known = identity !== null && expression !== null;
  return `frames of ${key}${known ? '' : ` in ${folderOf(image.path)}`}`;
}

/**
 * Gives a sequence to samples that are frames of a recording and have none yet. Sequences from the layout are not
 * changed.
 */
export function findSequences(samples: readonly RawSample[]): RawSample[] {
  const byFolder = new Map<string, RawSample[]>();
  for (const sample of samples) {
    const folder = folderOf(sample.image.path);
    const known = byFolder.get(folder);
    if (known) known.push(sample);
    else byFolder.set(folder, [sample]);
  }
  const recordings = new Set<string>();
  for (const [folder, members] of byFolder) {
    const numbers = members
      .filter(({ sequence }) => sequence === null)
      .map(({ image }) => bareNumber(image.path))
      .filter(number => number !== null);
    if (
      numbers.length >= fewestFrames &&
      consecutive(numbers) &&
      isCell(members[0]?.image.path ?? '', members)
    )
      recordings.add(folder);
  }
  return samples.map(sample => {
    if (sample.sequence !== null) return sample;
    if (sample.frame !== null) return { ...sample, sequence: framesOf(sample) };
    const folder = folderOf(sample.image.path);
    const frame = recordings.has(folder) ? bareNumber(sample.image.path) : null;
    return frame === null ? sample : { ...sample, sequence: folder, frame };
  });
}
