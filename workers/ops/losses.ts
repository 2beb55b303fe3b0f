/** @file The registry of task losses by the name that a task uses. To add one, write a file and add a line here. */
import { maskedCrossEntropy } from './crossEntropy';
import type { TaskLoss } from './taskLoss';

export const LOSSES = { crossEntropy: maskedCrossEntropy } as const satisfies Readonly<
  Record<string, TaskLoss>
>;

export type LossId = keyof typeof LOSSES;
