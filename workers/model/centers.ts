/** @file Class centers of the center loss (METHOD section 2). They get no gradient; each step moves those of the batch's classes. */
import * as tf from '@tensorflow/tfjs';
import { FUSED, hasFused } from '../gpu/fusedNames';
import { fusedMoveCenters } from '../gpu/fusedOps';
import { distanceToCenter } from '../ops/losses';

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
    update(embeddings, labels, rate) {
      if (hasFused(FUSED.moveCenters)) return fusedMoveCenters(values, embeddings, labels, rate);
      const moved = tf.tidy(() => {
        const away = distanceToCenter(embeddings, labels, values);
        // How often a sample's class is in the batch, `[batch, 1]`: at least 1, the sample itself.
        const same = tf.equal(tf.reshape(labels, [-1, 1]), tf.reshape(labels, [1, -1]));
        const share = tf.div(away, tf.sum(tf.cast(same, 'float32'), 1, true));
        // A product and not a scatter: scattered sums add in any order, and a run must repeat to the bit.
        const targets = tf.cast(tf.oneHot(labels, classes), 'float32');
        const means = tf.matMul<tf.Tensor2D>(targets, share, true, false);
        return tf.add<tf.Tensor2D>(values, tf.mul(means, 1 - rate));
      });
      values.assign(moved);
      moved.dispose();
    },
    dispose: () => values.dispose(),
  };
}
