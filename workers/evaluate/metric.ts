/** @file The contract of a metric: what the network said about the held-out samples → one number a task or one number. */

/** Predictions on the held-out split, on the CPU. */
export interface Predictions {
  /** Per task: logits `[samples, classes]` row by row, and the true class (−1 = not labelled or not of this task). */
  tasks: readonly { id: string; classes: number; logits: Float32Array; labels: Int32Array }[];
  /** l2-normalised embeddings of the first branch, `[samples, size]`. */
  embeddings: { size: number; values: Float32Array };
  /** Identity of each sample as index into the dataset's identities, −1 unknown. */
  identities: Int32Array;
  /** Modality index, −1 unknown. */
  modalities: Int32Array;
}
export interface Metric<Result> {
  label: string;
  needs: readonly ('labels' | 'embeddings')[];
  compute(predictions: Predictions, seed: number): Result;
}
