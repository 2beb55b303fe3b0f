/** @file Describes one way through the network: whether it trains, and what its layers report. */
import type * as tf from '../tf/tf';

/** A batch norm's moving mean or variance: not trained, but part of every checkpoint. */
export interface Statistic {
  name: string;
  variable: tf.Variable;
}

/** One way through the network. */
export interface Pass {
  training: boolean;
  /** Training only: a segment's activations are computed again for its gradient instead of being kept. */
  recompute?: boolean;
  /** Training only: `[batch, features]` with some dropped. `site` is unique a branch. */
  dropout(site: number, features: tf.Tensor2D): tf.Tensor2D;
  /** Training only: the decay of the moving statistics; null leaves them as they are. */
  batchNormDecay: number | null;
  /**
   * Training with a decay, on backends where the batch norm does not move the statistics itself: the batch moments
   * that they take up after the step. They are disposed when the layer returns. A callee that wants them later must `tf.keep`
   * them, and must dispose them itself. Variance is the biased one (divisor N).
   */
  onMoments(mean: Statistic, variance: Statistic, batchMean: tf.Tensor1D, batchVariance: tf.Tensor1D): void;
}
