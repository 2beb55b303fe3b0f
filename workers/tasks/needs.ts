/** @file What a task and a system need of a dataset, said once: for the summary's answers and for the refusal of a run. */
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

/** Whether a dataset can train a system, else why not. Where one task could, it can still pretrain (METHOD section 5). */
export function systemAnswer({ tasks, needs }: System, index: DatasetIndex): true | string {
  const own = 'option' in tasks ? [] : tasks.map(task => ({ task, need: taskNeed(task, index) }));
  // What the whole system needs says more than what one of its later tasks lacks.
  const [first, ...others] = own.map(({ need }) => need);
  const reason = [first, needs?.(index), ...others].find(need => typeof need === 'string');
  if (typeof reason !== 'string') return true;
  const single = own.find(({ need }) => need === null)?.task;
  return single ? `It can pretrain on ${single.id} (one task alone), but ${reason}` : capital(reason);
}

/**
 * What a run on `index` says when `count` classes are on the training side of a task that needs labels; null where they
 * are enough.
 */
export function trainingNeed(task: Task, index: DatasetIndex, count: number): string | null {
  if (count >= fewestClasses) return null;
  const need = taskNeed(task, index);
  const found = `The task "${task.label}" has ${count === 0 ? 'no labelled sample' : 'one class only'} in the training side of ${index.name}; it needs at least two classes.`;
  return `${found} ${need ? capital(need) : 'Hold out less, or otherwise.'} Or choose other tasks or another dataset.`;
}
