/**
 * @file Frames that nobody called frames. A recording stored as `P012/Anger/000.jpeg … 024.jpeg` (Oulu-CASIA) names no
 * sequence, and a split by image would put neighbouring frames on both sides. Ordinary photo collections number their
 * files too (`Adam_Sandler/Adam_Sandler_0001.jpg`), but not a folder for each expression of each person.
 */

import { folders, stem } from '../archive/paths';
import { expressionOf } from './labels';
import type { RawSample } from './layout';

/** Fewer numbered pictures than this are takes, not a recording. */
const fewestFrames = 3;
/** Half of all steps between frames are at most this: recordings are thinned out, but catalogue numbers lie further apart. */
const largestTypicalStep = 10;

const folderOf = (path: string) => folders(path).join('/');
const words = (text: string) => text.toLowerCase().split(/[\s._-]+/);

/**
 * The number of a name that says nothing beyond its folders but a number: `017`, or `P022_Happiness_023` in
 * `P022/Happiness/`; `null` for any other.
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

/** The folder is one person showing one expression, and its path says which. */
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

/** Where a table gives frame numbers but no sequence, a person showing an expression is one; else the folder is. */
function framesOf({ labels: { identity, expression, modality }, image }: RawSample): string {
  const key = [identity, expression, modality].map(label => label?.toLowerCase() ?? '').join('/');
  const known = identity !== null && expression !== null;
  return `frames of ${key}${known ? '' : ` in ${folderOf(image.path)}`}`;
}

/** Samples without a sequence get one where they are frames of a recording. What a layout said stays. */
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
