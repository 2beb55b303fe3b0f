/** @file Reading label columns: something made for each of them, and what one sample is called. */
import type { ByColumn, LabelColumn } from './dataset';

/** The columns that every dataset has, in the order in which they are counted and shown. */
export const wellKnownColumns = ['identity', 'expression', 'modality'] as const;

/** The names that are not among the three columns of every dataset, each once, sorted. */
export function furtherColumns(names: Iterable<string>): string[] {
  return [...new Set(names)].filter(name => !wellKnownColumns.some(known => known === name)).sort();
}

/** What `make` says of the three columns of every dataset, then of `further` ones. */
export function byColumn<T>(further: readonly string[], make: (column: string) => T): ByColumn<T> {
  const known = { identity: make('identity'), expression: make('expression'), modality: make('modality') };
  return { ...known, ...Object.fromEntries(further.map(name => [name, make(name)])) };
}

/** What `make` says of each column, in the same order. */
export function mapColumns<From, To>(columns: ByColumn<From>, make: (column: From) => To): ByColumn<To> {
  const { identity, expression, modality, ...further } = columns;
  return {
    ...{ identity: make(identity), expression: make(expression), modality: make(modality) },
    ...Object.fromEntries(Object.entries(further).map(([name, column]) => [name, make(column as From)])),
  };
}

/** The word for a sample's label, `null` where it has none or the dataset lacks the column. */
export function labelOf(column: LabelColumn | undefined, sample: number): string | null {
  const value = column?.values[sample] ?? null;
  return value === null ? null : (column?.names[value] ?? null);
}
