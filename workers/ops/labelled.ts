/** @file Labels of a batch. The label −1 means that the sample is masked: it counts nowhere. */
import * as tf from '../tf/tf';

/** Labelled samples of a batch: a number, or a scalar tensor where a recorded step must not freeze it (at least 1 then). */
export type Count = number | tf.Scalar;

/** What a mean over the labelled samples divides by. */
export const divisor = (count: Count): tf.Scalar =>
  typeof count === 'number' ? tf.scalar(Math.max(count, 1)) : count;

/** 1 for a labelled sample, 0 for a masked one: `[batch, 1]`. */
export const labelled = (labels: tf.Tensor1D) =>
  tf.reshape<tf.Rank.R2>(tf.cast(tf.greaterEqual(labels, 0), 'float32'), [-1, 1]);
