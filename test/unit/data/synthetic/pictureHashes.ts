/** @file Hashes of sample pictures: the same in Node and in the browser. They change when a face is drawn differently. */

import { sampleSet } from '../../../../workers/data/synthetic/sampleSet';
import { SAMPLE_SETS } from '../../../../workers/data/synthetic/sampleSets';
import { hash } from '../../../../workers/random';

/** Sample of the default caricature set and size → hash of the bytes. */
export const pictureHashes: readonly (readonly [sample: number, size: number, hash: number])[] = [
  [0, 32, 996361653],
  [30, 32, 4048539202],
  [100, 48, 4250570737],
  [229, 96, 994972173],
  [1340, 160, 3031534026],
];

export function pictureHash(sample: number, size: number): number {
  const set = sampleSet('sample-caricature', SAMPLE_SETS['sample-caricature'].defaults);
  return hash(...set.pixels(sample, size));
}
