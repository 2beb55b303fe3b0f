/**
 * @file Says in sentences what a task needs from the label columns of a dataset. The page and the workers use the same
 * sentences.
 */
import type { ChosenTask } from './taskList';

/** A task with fewer classes has nothing to learn. */
export const fewestClasses = 2;

/** The sentences for some columns. All other columns use those of `plain`. */
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
 * Says why a task cannot be trained on a dataset, or null if it can. It looks at each column separately.
 * @param classes gives the names of a column's classes. The list is empty if the dataset does not have the column.
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
