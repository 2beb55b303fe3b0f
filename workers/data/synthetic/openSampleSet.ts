/** @file Opens the faces of the generator as a dataset like any other. */
import type { DatasetSource, OpenProgress } from '../../protocol/dataset';
import { fingerprint } from '../buildIndex';
import type { SampleSource } from '../sampleSource';
import { summarise } from '../summary';
import { sampleSet } from './sampleSet';
import { SAMPLE_SETS, sampleSetId } from './sampleSets';

export interface OpenSampleSetInput {
  id: string;
  source: Extract<DatasetSource, { kind: 'sample' }>;
}

/**
 * Opens a sample set. It only lists the faces. Each face is drawn when it is needed.
 * @throws AppError `sample/unknown` when there is no such set, and the errors of `sampleSet`.
 */
export async function openSampleSet(
  { id, source }: OpenSampleSetInput,
  progress: (value: OpenProgress) => void,
): Promise<SampleSource> {
  const { options } = source;
  const sample = sampleSetId(source.sample);
  const set = sampleSet(sample, options);
  const count = set.index.samples.length;
  progress({ phase: 'drawing', done: count, total: count });
  // Two seeds have the same paths and labels, so the fingerprint must depend on the options too.
  const print = fingerprint(set.index, sample, options.seed, options.identities, options.perCell);
  const index = { id, fingerprint: print, ...set.index };
  const summary = summarise(index, {
    layoutLabel: SAMPLE_SETS[sample].label,
    preset: null,
    candidates: [],
    notes: [],
    skipped: [],
    source,
  });
  return {
    index,
    summary,
    pixels: async (i, size) => set.pixels(i, size),
    zip: signal => set.zip(signal),
  };
}
