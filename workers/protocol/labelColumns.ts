/** @file Functions that read label columns. */
import type { ByColumn, LabelColumn } from './dataset';

/** The columns of every dataset, in the order in which they are counted and shown. */
export const wellKnownColumns = ['identity', 'expression', 'modality'] as const;

/** The names that are not among the three columns of every dataset. They are sorted, and each is there once. */
export function furtherColumns(names: Iterable<string>): string[] {
  return [...new Set(names)].filter(name => !wellKnownColumns.some(known => known === name)).sort();
}

/** Calls `make` for the three columns of every dataset and then for `further` ones, and collects the results. */
export function byColumn<T>(further: readonly string[], make: (column: string) => T): ByColumn<T> {
  const known = { identity: make('identity'), expression: make('expression'), modality: make('modality') };
  return { ...known, ...Object.fromEntries(further.map(name => [name, make(name)])) };
}

/** Calls `make` for each column and collects the results in the same order. */
export function mapColumns<From, To>(columns: ByColumn<From>, make: (column: From) => To): ByColumn<To> {
  const { identity, expression, modality, ...further } = columns;
  return {
    ...{ identity: make(identity), expression: make(expression), modality: make(modality) },
    ...Object.fromEntries(Object.entries(further).map(([name, column]) => [name, make(column as From)])),
  };
}

/** The name of a sample's label, or `null` if it has no label or the dataset does not have the column. */
export function labelOf(column: LabelColumn | undefined, sample: number): string | null {
  const value = column?.values[sample] ?? null;
  return value === null ? null : (column?.names[value] ?? null);
}
