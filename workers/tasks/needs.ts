/**
 * @file Says what a task and a system need from a dataset. The summary of a dataset and the error of a run use the same
 * sentences.
 */
import type { DatasetIndex } from '../protocol/dataset';
import { columnNeed, fewestClasses } from '../protocol/taskNeeds';
import { columnOf, taskClasses } from './labels';
import type { System, Task } from './task';

/** Why a task cannot be trained on a dataset, or null. */
function taskNeed(task: Task, index: DatasetIndex): string | null {
  const need = columnNeed(task, column => columnOf(index, column)?.names ?? []);
  if (need !== null || !task.filter) return need;
  const { column, is } = task.filter;
  const count = taskClasses(task, index, index.samples.keys()).length;
  return count >= fewestClasses
    ? null
    : `the task "${task.label}" needs at least two classes of ${task.column} among the images whose ${column} is ${is}; this has ${count}.`;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/**
 * Whether a dataset can train a system.
 * @returns true, or a sentence that says why not. If the dataset is enough for one task, the sentence says that this task can
 * be pretrained (METHOD section 5).
 */
export function systemAnswer({ tasks, needs }: System, index: DatasetIndex): true | string {
  const own = 'option' in tasks ? [] : tasks.map(task => ({ task, need: taskNeed(task, index) }));
  // The need of the whole system comes before those of the later tasks, because it says more.
  const [first, ...others] = own.map(({ need }) => need);
  const reason = [first, needs?.(index), ...others].find(need => typeof need === 'string');
  if (typeof reason !== 'string') return true;
  const single = own.find(({ need }) => need === null)?.task;
  return single ? `It can pretrain on ${single.id} (one task alone), but ${reason}` : capital(reason);
}

/**
 * The error message of a run when a task has too few classes among the training samples, or null if it has enough.
 * @param count the number of classes of the task among the training samples.
 */
export function trainingNeed(task: Task, index: DatasetIndex, count: number): string | null {
  if (count >= fewestClasses) return null;
  const need = taskNeed(task, index);
  const found = `The task "${task.label}" has ${count === 0 ? 'no labelled sample' : 'one class only'} in the training side of ${index.name}; it needs at least two classes.`;
  return `${found} ${need ? capital(need) : 'Hold out fewer samples, or hold them out in another way.'} Or choose other tasks or another dataset.`;
}
