/** @file Labelled samples become a dataset: label lists, indices, and a fingerprint. */
import type { DatasetIndex, Sample } from '../protocol/dataset';
import { hash } from '../random';
import { compareNatural } from './archive/paths';
import type { RawSample } from './layouts/layout';

/**
 * Sorted names of a label, and the index of each. Names that differ only by letter case are one (CaVI's lists say
 * `Will_Smith` and `will_smith`); the first spelling in sorted order is shown.
 */
function labels(values: Iterable<string | null>): {
  names: string[];
  indexOf(value: string | null): number | null;
} {
  const spellings = new Map<string, string>();
  for (const value of [...new Set(values)].filter(value => value !== null).sort(compareNatural)) {
    const key = value.toLowerCase();
    if (!spellings.has(key)) spellings.set(key, value);
  }
  const names = [...spellings.values()].sort(compareNatural);
  const indices = new Map(names.map((name, i) => [name.toLowerCase(), i]));
  return { names, indexOf: value => (value === null ? null : (indices.get(value.toLowerCase()) ?? null)) };
}

export type UnnamedIndex = Omit<DatasetIndex, 'id' | 'fingerprint'>;

/** Samples keep the order of `raw`, which comes in natural order of paths. */
export function buildIndex(name: string, layout: string, raw: readonly RawSample[]): UnnamedIndex {
  const identities = labels(raw.map(sample => sample.identity));
  const expressions = labels(raw.map(sample => sample.expression));
  const modalities = labels(raw.map(sample => sample.modality));
  const samples = raw.map(
    (sample): Sample => ({
      path: sample.entry.path,
      identity: identities.indexOf(sample.identity),
      expression: expressions.indexOf(sample.expression),
      modality: modalities.indexOf(sample.modality),
      sequence: sample.sequence,
      frame: sample.frame,
      split: sample.split,
      fold: sample.fold,
    }),
  );
  return {
    name,
    layout,
    identities: identities.names,
    expressions: expressions.names,
    modalities: modalities.names,
    samples,
  };
}

/**
 * 128 bits over what a run depends on: the samples' paths and labels in order. Not the dataset's name, so a renamed
 * zip is still the same dataset. `extra` joins whatever else decides the pictures (a generator's seed).
 */
export function fingerprint(index: UnnamedIndex, ...extra: (string | number)[]): string {
  const state = [1, 2, 3, 4].map(word => hash(word, ...extra));
  const name = (names: readonly string[], i: number | null) => (i === null ? '' : (names[i] ?? ''));
  for (const sample of index.samples) {
    const line = [
      sample.path,
      name(index.identities, sample.identity),
      name(index.expressions, sample.expression),
      name(index.modalities, sample.modality),
      sample.sequence ?? '',
      sample.split ?? '',
      sample.fold ?? '',
    ].join('\t');
    for (let i = 0; i < state.length; i++) state[i] = hash(state[i] ?? 0, line);
  }
  return state.map(word => word.toString(16).padStart(8, '0')).join('');
}
