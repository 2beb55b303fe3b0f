/** @file Which samples a task sees, and with which class. */
import type { DatasetIndex, LabelColumn } from '../protocol/dataset';
import { labelOf } from '../protocol/labelColumns';
import type { ChosenTask } from '../protocol/taskList';

/** A column by its name, which may come from an address; undefined where the dataset lacks it. */
export const columnOf = ({ columns }: DatasetIndex, name: string): LabelColumn | undefined =>
  Object.hasOwn(columns, name) ? columns[name] : undefined;

/** The dataset's own class index of a sample for a task, `null` where the task does not see the sample. */
export function rawLabel({ column, filter }: ChosenTask, index: DatasetIndex, sample: number): number | null {
  if (filter && labelOf(columnOf(index, filter.column), sample) !== filter.is) return null;
  return columnOf(index, column)?.values[sample] ?? null;
}

/**
 * The dataset's class indices that a task meets among `samples`, ascending. A head has only those of the training side, so
 * that no logit is never trained.
 */
export function taskClasses(task: ChosenTask, index: DatasetIndex, samples: Iterable<number>): number[] {
  const seen = new Set<number>();
  for (const sample of samples) {
    const label = rawLabel(task, index, sample);
    if (label !== null) seen.add(label);
  }
  return [...seen].sort((a, b) => a - b);
}
