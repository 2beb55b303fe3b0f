/**
 * @file What a layout read becomes a dataset: labels become columns, paths in pairs and galleries become numbers of
 * samples; and a fingerprint.
 */
import type { DatasetIndex, LabelColumn, Member, Pair, Sample } from '../protocol/dataset';
import { byColumn, furtherColumns, labelOf, wellKnownColumns } from '../protocol/labelColumns';
import { hash } from '../random';
import { compareNatural } from './archive/paths';
import type { LayoutResult, RawMember, RawPair } from './layouts/layout';

/**
 * A column of labels: its names sorted, and each sample's index into them. Names that differ only by letter case are one
 * (CaVI's lists say `Will_Smith` and `will_smith`); the first spelling in sorted order is shown.
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

/** What of a layout's result a dataset consists of. */
type Read = Pick<LayoutResult, 'samples' | 'pairs' | 'gallery' | 'probe'>;

/**
 * Samples keep their order, which is the natural order of paths. A pair, a gallery image or a probe whose picture is not
 * among the samples is left out.
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
 * 128 bits over what a run depends on: the samples' paths and labels in order. Not the dataset's name, so a renamed
 * zip is still the same dataset. `extra` joins whatever else decides the pictures (a generator's seed).
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
