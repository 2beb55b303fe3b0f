/** @file Every peer of the comparison offers these functions for one convolution. */

/** One direction of one convolution, ready to run. */
export interface LayerRunner {
  /** Queues `repeats` runs and resolves with their number when the last one is done. */
  run(repeats: number): Promise<number>;
  dispose(): void;
}
