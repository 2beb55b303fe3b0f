/** @file The types of a task and of a system of tasks. Both are data. */
import type { LossId } from '../ops/losses';
import type { DatasetIndex } from '../protocol/dataset';
import type { TaskDescription } from '../protocol/systems';
import type { ChosenTask } from '../protocol/taskList';

/** One task: the label column that its head predicts, the images that it sees, its loss, and whether it has an embedding. */
export interface Task extends TaskDescription, ChosenTask {
  /** The loss L_i of eq. 1, over the samples that the task sees. */
  loss: LossId;
  /**
   * Whether the branch of the task gives an embedding. Then α · center loss on the embedding is added to the loss (eq. 2–4),
   * and verification compares images by the embedding. Several tasks may have one, each with its own centers.
   */
  embeds: boolean;
}

export interface System {
  label: string;
  /** Authors, title, year. */
  cites: string;
  /** The tasks, or the name of the option with which a person chooses them. */
  tasks: readonly Task[] | { option: string };
  /** The pairs on which verification is scored: any two images, or only a caricature and a photo. */
  pairs: 'all' | 'crossModal';
  /**
   * Says why a dataset is not enough for the system as a whole, or null if it is enough. Each task's own needs are
   * checked besides.
   */
  needs?(index: DatasetIndex): string | null;
}

/** A task that reads one label of every image. */
export function task(id: string, label: string, rest: Pick<ChosenTask, 'column'> & Partial<Task>): Task {
  return { id, label, filter: null, loss: 'crossEntropy', embeds: false, ...rest };
}
