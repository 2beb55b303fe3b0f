/** @file How the class centers move after a step (METHOD section 2). They get no gradient. */
import { FUSED, runFused } from '../gpu/fusedNames';
import * as tf from '../tf/tf';
import { byBackend } from './byBackend';
import { distanceToCenter } from './centerLoss';

type Arguments = [
  centers: tf.Variable<tf.Rank.R2>,
  embeddings: tf.Tensor2D,
  labels: tf.Tensor1D,
  rate: number,
];

function composedMove(...[centers, embeddings, labels, rate]: Arguments): void {
  const moved = tf.tidy(() => {
    const away = distanceToCenter(embeddings, labels, centers);
    // How often a sample's class is in the batch, `[batch, 1]`: at least 1, the sample itself.
    const same = tf.equal(tf.reshape(labels, [-1, 1]), tf.reshape(labels, [1, -1]));
    const share = tf.div(away, tf.sum(tf.cast(same, 'float32'), 1, true));
    // A product and not a scatter: scattered sums add in any order, and a run must repeat to the bit.
    const targets = tf.cast(tf.oneHot(labels, centers.shape[0]), 'float32');
    const means = tf.matMul<tf.Tensor2D>(targets, share, true, false);
    return tf.add<tf.Tensor2D>(centers, tf.mul(means, 1 - rate));
  });
  centers.assign(moved);
  moved.dispose();
}

/**
 * c ← c − (1 − a) · mean over the class's samples in the batch of (c − x). A class without a sample stays.
 * centers `[classes, features]`, embeddings `[batch, features]` l2-normalised, labels `[batch]` int32 (−1 = masked),
 * `rate` = a, 0–1. On WebGPU the centers move in place, each by one thread.
 */
export const moveCenters = byBackend<Arguments, void>(FUSED.moveCenters, {
  fused: (centers, x, labels, rate) => {
    runFused(FUSED.moveCenters, { centers, x, labels }, { rate });
  },
  composed: composedMove,
});
