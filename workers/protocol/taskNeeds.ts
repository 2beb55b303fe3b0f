/** @file What a task needs of a dataset's label columns, as sentences: for the page, the summary and the training side alike. */
import type { ChosenTask } from './taskList';

/** Fewer classes teach nothing. */
export const fewestClasses = 2;

/** Each column in its own words; any other column in those of `plain`. */
const words: Readonly<Record<string, { none: string; one: (name: string) => string }>> = {
  identity: {
    none: 'no image says who it shows. Put each person in a folder, or add a manifest.csv with an identity column.',
    one: name => `all labelled images show one person (${name}); telling people apart needs at least two.`,
  },
  expression: {
    none: 'the expression task has no labels. Put each expression in a folder, or add a manifest.csv with an expression column.',
    one: name =>
      `the expression task needs at least two expressions: all labelled images show one (${name}).`,
  },
};
const plain = (column: string) => ({
  none: `the ${column} task has no labels. Add a manifest.csv with a column called ${column}.`,
  one: (name: string) => `the ${column} task needs at least two classes: all labelled images are ${name}.`,
});

/**
 * Why a task cannot be trained on a dataset, or null. It looks at each column alone.
 * @param classes names of a column's classes; none where the dataset lacks the column.
 */
export function columnNeed(
  { column, filter }: ChosenTask,
  classes: (column: string) => readonly string[],
): string | null {
  const names = classes(column);
  const { none, one } = (Object.hasOwn(words, column) && words[column]) || plain(column);
  if (names.length === 0) return none;
  if (names.length < fewestClasses) return one(names[0] ?? '');
  if (!filter || classes(filter.column).includes(filter.is)) return null;
  const there = classes(filter.column).join(', ') || 'no such labels';
  return `one task sees only images whose ${filter.column} is ${filter.is}; this has ${there}.`;
}
