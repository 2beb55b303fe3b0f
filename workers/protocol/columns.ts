/**
 * @file The columns of a run's history. A step reports its numbers in the order of the run's columns. The record, the history,
 * the checkpoints and the page find a number by the id of its column, and never by its position.
 */

export interface Column {
  /** The id, for example `step` or `loss/identity`. It is unique in a run, and checkpoints use it too. */
  id: string;
  /** What is measured: `loss`, `weight`, `accuracy`, `gradientNorm`, … */
  quantity: string;
  /** The ids of the tasks that it is about: none if it is about the run, one, or two if it compares two tasks. */
  tasks: readonly string[];
  label: string;
}

export const columnId = (quantity: string, ...tasks: readonly string[]): string =>
  [quantity, ...tasks].join('/');

/** A column with one number for the whole run. */
export const runColumn = (quantity: string, label: string): Column => ({
  id: columnId(quantity),
  quantity,
  tasks: [],
  label,
});

/** Columns with one number for each task, in the order of `tasks`. */
export const taskColumns = (
  quantity: string,
  label: string,
  tasks: readonly { id: string; label: string }[],
): Column[] =>
  tasks.map(task => ({
    id: columnId(quantity, task.id),
    quantity,
    tasks: [task.id],
    label: `${label}, ${task.label}`,
  }));

/** Columns with one number for every two tasks, in the order: first and second, first and third, …, second and third, … */
export const pairColumns = (
  quantity: string,
  label: string,
  tasks: readonly { id: string; label: string }[],
): Column[] =>
  tasks.flatMap((first, i) =>
    tasks.slice(i + 1).map(second => ({
      id: columnId(quantity, first.id, second.id),
      quantity,
      tasks: [first.id, second.id],
      label: `${label}, ${first.label} and ${second.label}`,
    })),
  );

/** The columns at the start of every row. The report of the step follows them. */
export const clockColumns: readonly Column[] = [
  runColumn('step', 'Step'),
  runColumn('learningRate', 'Learning rate'),
  runColumn('elapsedMs', 'Training time, ms'),
];

/** The positions of the columns of one quantity, in task order. */
export const positionsOf = (columns: readonly Column[], quantity: string): number[] =>
  columns.flatMap((column, i) => (column.quantity === quantity ? [i] : []));

/** Numbers by column id. A column that was not recorded is missing. */
export type ColumnValues = Readonly<Record<string, readonly number[]>>;

/** The numbers of one column. They are empty if the column was not recorded. */
export const columnOf = (
  values: ColumnValues,
  quantity: string,
  ...tasks: readonly string[]
): readonly number[] => values[columnId(quantity, ...tasks)] ?? [];

/** The columns of one quantity by task: `{ identity: […], expression: […] }`. */
export function byTask(values: ColumnValues, quantity: string): Record<string, number[]> {
  const prefix = `${quantity}/`;
  return Object.fromEntries(
    Object.entries(values)
      .filter(([id]) => id.startsWith(prefix))
      .map(([id, column]) => [id.slice(prefix.length), [...column]]),
  );
}
