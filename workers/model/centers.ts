/**
 * @file The class centers of the center loss (METHOD section 2). They get no gradient. Each step moves the centers of the
 * classes in the batch.
 */
import { moveCenters } from '../ops/moveCenters';
import * as tf from '../tf/tf';

export interface Centers {
  /** `[classes, features]`. The centers start at 0, and they are part of every checkpoint. */
  readonly values: tf.Variable<tf.Rank.R2>;
  /**
   * Moves the centers: c ← c − (1 − a) · mean of (c − x) over the samples x of the class in the batch. The center of a class
   * without a sample stays.
   * @param embeddings `[batch, features]`, L2-normalised.
   * @param labels `[batch]` int32. −1 says that the sample has no label.
   * @param rate a, from 0 to 1.
   */
  update(embeddings: tf.Tensor2D, labels: tf.Tensor1D, rate: number): void;
  dispose(): void;
}

/** @param size the number of features of an embedding. */
export function createCenters(classes: number, size: number): Centers {
  const zeros = tf.zeros<tf.Rank.R2>([classes, size]);
  const values = tf.variable<tf.Rank.R2>(zeros, false);
  zeros.dispose();
  return {
    values,
    update: (embeddings, labels, rate) => moveCenters(values, embeddings, labels, rate),
    dispose: () => values.dispose(),
  };
}
