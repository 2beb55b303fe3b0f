/**
 * @file Makes a dataset from what a layout has read. Labels become columns, and the paths in pairs and galleries become indices
 * of samples. It also computes the fingerprint of a dataset.
 */
import type { DatasetIndex, LabelColumn, Member, Pair, Sample } from '../protocol/dataset';
import { byColumn, furtherColumns, labelOf, wellKnownColumns } from '../protocol/labelColumns';
import { hash } from '../random';
import { compareNatural } from './archive/paths';
import type { LayoutResult, RawMember, RawPair } from './layouts/layout';

/**
 * Makes a label column: the sorted names, and the index of each sample's name. Names that differ only by letter case are
 * the same (CaVI's lists say `Will_Smith` and `will_smith`). The first spelling in sorted order is shown.
 */
function labelColumn(labels: readonly (string | null)[]): LabelColumn {
  const spellings = new Map<string, string>();
  for (const label of [...new Set(labels)].filter(label => label !== null).sort(compareNatural)) {
    const key = label.toLowerCase();
    if (!spellings.has(key)) spellings.set(key, label);
  }
  const names = [...spellings.values()].sort(compareNatural);
  const indices = new Map(names.map((name, i) => [name.toLowerCase(), i]));
  return {
    names,
    values: labels.map(label => (label === null ? null : (indices.get(label.toLowerCase()) ?? null))),
  };
}

export type UnnamedIndex = Omit<DatasetIndex, 'id' | 'fingerprint'>;

/** The part of a layout's result that makes a dataset. */
type Read = Pick<LayoutResult, 'samples' | 'pairs' | 'gallery' | 'probe'>;

/**
 * Makes the index of a dataset. The samples keep their order, which is the natural order of their paths. A pair, a gallery
 * image or a probe is left out if its picture is not among the samples.
 */
export function buildIndex(name: string, layout: string, read: Read): UnnamedIndex {
  const { samples: raw, pairs, gallery, probe } = read;
  const samples = raw.map(({ image, labels: _, ...rest }): Sample => ({ path: image.path, ...rest }));
  const further = new Set<string>();
  for (const { labels } of raw) for (const column in labels) further.add(column);
  const columns = byColumn(furtherColumns(further), column =>
    labelColumn(raw.map(({ labels }) => labels[column] ?? null)),
  );
  const numbers = new Map(samples.map(({ path }, i) => [path, i]));
  return {
    ...{ name, layout, samples, columns },
    ...(pairs && { pairs: numberedPairs(pairs, numbers) }),
    ...(gallery && { gallery: numberedMembers(gallery, numbers) }),
    ...(probe && { probe: numberedMembers(probe, numbers) }),
  };
}

function numberedPairs(pairs: readonly RawPair[], numbers: ReadonlyMap<string, number>): Pair[] {
  return pairs.flatMap(pair => {
    const [first, second] = [numbers.get(pair.first), numbers.get(pair.second)];
    return first === undefined || second === undefined ? [] : [{ ...pair, first, second }];
  });
}

function numberedMembers(members: readonly RawMember[], numbers: ReadonlyMap<string, number>): Member[] {
  return members.flatMap(({ path, fold }) => {
    const sample = numbers.get(path);
    return sample === undefined ? [] : [{ sample, fold }];
  });
}

/**
 * A hash of 128 bits over all that a run depends on: the paths and labels of the samples, in order. The name of the dataset is
 * not included, so a renamed zip is still the same dataset.
 * @param extra whatever else determines the pictures, such as the seed of a generator.
 */
export function fingerprint({ samples, columns }: UnnamedIndex, ...extra: (string | number)[]): string {
  const state = [1, 2, 3, 4].map(word => hash(word, ...extra));
  const further = furtherColumns(Object.keys(columns));
  for (const [i, sample] of samples.entries()) {
    const line = [
      sample.path,
      ...wellKnownColumns.map(column => labelOf(columns[column], i) ?? ''),
      sample.sequence ?? '',
      sample.split ?? '',
      sample.fold ?? '',
      ...further.map(column => `${column}=${labelOf(columns[column], i) ?? ''}`),
    ].join('\t');
    for (let word = 0; word < state.length; word++) state[word] = hash(state[word] ?? 0, line);
  }
  return state.map(word => word.toString(16).padStart(8, '0')).join('');
}
