/**
 * @file The columns of a run's history, named once. The step reports numbers in the order of its run's columns; everything
 * after it (record, history, checkpoint, page) finds a number by what it is, never by where it stands.
 */

export interface Column {
  /** Unique in a run, and what a checkpoint stores it under: `step`, `loss/identity`. */
  id: string;
  /** What is measured: `loss`, `weight`, `accuracy`, `gradientNorm`, … */
  quantity: string;
  /** Ids of the tasks it is about: none for the whole run, one, or two for what is between two tasks. */
  tasks: readonly string[];
  label: string;
}

export const columnId = (quantity: string, ...tasks: readonly string[]): string =>
  [quantity, ...tasks].join('/');

/** One number of the whole run. */
export const runColumn = (quantity: string, label: string): Column => ({
  id: columnId(quantity),
  quantity,
  tasks: [],
  label,
});

/** One number a task, in the order of `tasks`. */
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

/** One number for every two tasks: first with second, first with third, …, second with third, … */
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

/** What every row begins with, before the step's own report. */
export const clockColumns: readonly Column[] = [
  runColumn('step', 'Step'),
  runColumn('learningRate', 'Learning rate'),
  runColumn('elapsedMs', 'Training time, ms'),
];

/** Where the columns of one quantity stand, in task order. */
export const positionsOf = (columns: readonly Column[], quantity: string): number[] =>
  columns.flatMap((column, i) => (column.quantity === quantity ? [i] : []));

/** Numbers by column id; a column that was not recorded is not there. */
export type ColumnValues = Readonly<Record<string, readonly number[]>>;

/** One column by what it is; empty where it was not recorded. */
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
