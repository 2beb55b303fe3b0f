/** @file The registry of task losses by the name that a task uses. To add one, write a file and add a line here. */
import type * as tf from '../tf/tf';
import { maskedCrossEntropy } from './crossEntropy';
import type { Count } from './labelled';

/**
 * The mean loss of the labelled samples, or 0 if there is none.
 * logits `[batch, classes]`; labels `[batch]` int32, −1 = masked; count = how many are not masked.
 * `onAccuracy` receives the accuracy of the batch inside the op (see `batchAccuracy`).
 */
export type TaskLoss = (
  logits: tf.Tensor2D,
  labels: tf.Tensor1D,
  count: Count,
  onAccuracy?: (accuracy: tf.Scalar) => void,
) => tf.Scalar;

export const LOSSES = { crossEntropy: maskedCrossEntropy } as const satisfies Readonly<
  Record<string, TaskLoss>
>;

export type LossId = keyof typeof LOSSES;
