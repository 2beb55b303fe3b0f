/** @file The contract of a task and of a system of tasks, as data. */
import type { DatasetIndex } from '../protocol/dataset';
import type { TaskDescription } from '../protocol/systems';
import type { ChosenTask } from '../protocol/taskList';

/** One task: the label column that its head predicts, the images it sees, its loss, and whether it embeds. */
export interface Task extends TaskDescription, ChosenTask {
  /** L_i of eq. 1: cross-entropy over the samples that it sees. */
  loss: 'crossEntropy';
  /**
   * Adds α · center loss on its own branch's embedding (eq. 2–4); verification compares images by this embedding. Several
   * tasks may embed, each with centers of its own.
   */
  embeds: boolean;
}

export interface System {
  label: string;
  /** Authors, title, year. */
  cites: string;
  /** Its tasks, or the option that a person chooses them with. */
  tasks: readonly Task[] | { option: string };
  /** Which pairs verification is scored on: any two images, or only a caricature and a photo. */
  pairs: 'all' | 'crossModal';
  /** Why a dataset is not enough, beyond what each task needs for itself; null where it is. */
  needs?(index: DatasetIndex): string | null;
}

/** A task that reads one label of every image. */
export function task(id: string, label: string, rest: Pick<ChosenTask, 'column'> & Partial<Task>): Task {
  return { id, label, filter: null, loss: 'crossEntropy', embeds: false, ...rest };
}
