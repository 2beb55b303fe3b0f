/** @file The contract of a task's loss. */
import type * as tf from '../tf/tf';
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
