/** @file What every peer of the comparison offers for one convolution. */

/** One direction of one convolution, ready to run. */
export interface LayerRunner {
  /** Queues so many and resolves with their number when the last is done. */
  run(repeats: number): Promise<number>;
  dispose(): void;
}
