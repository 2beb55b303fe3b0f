/** @file The contract of a metric. It takes the predictions for the held-out samples and gives one result. */
import type { Result } from '../protocol/results';

export interface TaskPredictions {
  id: string;
  label: string;
  /** The label column that the task predicts. */
  column: string;
  /** The names of the head's classes. */
  classNames: readonly string[];
  /** `[samples, classes]`, row by row. */
  logits: Float32Array;
  /** The true class of each sample. −1 says that the sample has no label, or that the task does not see it. */
  labels: Int32Array;
  /**
   * The distances of the pairs by which the task is verified, or the reason why there are no pairs. It is null if the task
   * has no embedding.
   */
  pairs: PairDistances | { why: string } | null;
}

/** Squared distances between the L2-normalised embeddings of a task. Each list is ascending. */
export interface PairDistances {
  /** The distances of pairs that have the same label in the column of the task. */
  same: Float64Array;
  /** The distances of pairs that have two labels. */
  different: Float64Array;
  /** Whether held-out images were paired with each other or with training images. */
  sides: 'heldOut' | 'heldOutTraining';
}

/** The predictions of the network for the held-out samples, on the CPU. */
export interface Predictions {
  tasks: readonly TaskPredictions[];
  /** The path of each held-out sample. */
  paths: readonly string[];
}

export interface Metric {
  /** What the metric uses. Pairs are chosen, and their distances computed, only if some metric needs `pairs`. */
  needs: readonly ('labels' | 'pairs')[];
  /** Computes the result. The same predictions always give the same result. */
  compute(predictions: Predictions): Result;
}
