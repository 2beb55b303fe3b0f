/** @file Class centers of the center loss (METHOD section 2). They get no gradient; each step moves those of the batch's classes. */
import * as tf from '@tensorflow/tfjs';
import { moveCenters } from '../ops/moveCenters';

export interface Centers {
  /** `[classes, features]`, zeros at the start; part of every checkpoint. */
  readonly values: tf.Variable<tf.Rank.R2>;
  /**
   * c ← c − (1 − a) · mean over the class's samples in the batch of (c − x). A class without a sample stays.
   * embeddings `[batch, features]` l2-normalised, labels `[batch]` int32 (−1 = masked), `rate` = a, 0–1.
   */
  update(embeddings: tf.Tensor2D, labels: tf.Tensor1D, rate: number): void;
  dispose(): void;
}

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
