/** @file The contract of a metric: what the network said about the held-out samples → one result of some kind. */
import type { Result } from '../protocol/results';

export interface TaskPredictions {
  id: string;
  label: string;
  /** What the head's classes are called. */
  classNames: readonly string[];
  /** `[samples, classes]`, row by row. */
  logits: Float32Array;
  /** The true class of each sample; −1 = not labelled, or not of this task. */
  labels: Int32Array;
}

/** Squared distances of l2-normalised embeddings, each list ascending. */
export interface PairDistances {
  /** One person twice. */
  same: Float64Array;
  /** Two people. */
  different: Float64Array;
  /** Which images were paired: held-out ones with each other, or with training images. */
  sides: 'heldOut' | 'heldOutTraining';
}

/** What the network said about the held-out split, on the CPU. */
export interface Predictions {
  tasks: readonly TaskPredictions[];
  /** Of each held-out sample. */
  paths: readonly string[];
  /** Or the reason that none could be formed. */
  pairs: PairDistances | { why: string };
}

export interface Metric {
  /** `pairs`: the pairs are chosen and their distances computed only where some metric asks for them. */
  needs: readonly ('labels' | 'pairs')[];
  /** A value of `Predictions` always gives the same result. */
  compute(predictions: Predictions): Result;
}
