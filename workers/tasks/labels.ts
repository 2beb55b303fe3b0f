/** @file Says which samples a task sees, and which class each of them has. */
import type { DatasetIndex, LabelColumn } from '../protocol/dataset';
import { labelOf } from '../protocol/labelColumns';
import type { ChosenTask } from '../protocol/taskList';

/**
 * A column by its name, or undefined if the dataset does not have it. The name may come from an address, so it is not
 * trusted.
 */
export const columnOf = ({ columns }: DatasetIndex, name: string): LabelColumn | undefined =>
  Object.hasOwn(columns, name) ? columns[name] : undefined;

/** The dataset's own class index of a sample for a task, or `null` if the task does not see the sample. */
export function rawLabel({ column, filter }: ChosenTask, index: DatasetIndex, sample: number): number | null {
  if (filter && labelOf(columnOf(index, filter.column), sample) !== filter.is) return null;
  return columnOf(index, column)?.values[sample] ?? null;
}

/**
 * The dataset's class indices that a task has among `samples`, in ascending order. The head has only the classes of the
 * training samples, so that every logit is trained.
 */
export function taskClasses(task: ChosenTask, index: DatasetIndex, samples: Iterable<number>): number[] {
  const seen = new Set<number>();
  for (const sample of samples) {
    const label = rawLabel(task, index, sample);
    if (label !== null) seen.add(label);
  }
  return [...seen].sort((a, b) => a - b);
}
