/**
 * @file The batch norms' moving means and variances: m ← decay·m + (1 − decay)·batch. Kept as one packed vector while
 * training (three GPU dispatches a step instead of six a layer) and written to the network's variables when somebody
 * looks: before an evaluation and before a checkpoint.
 */
import * as tf from '@tensorflow/tfjs';
import type { Statistic } from '../nets/network';

export class MovingStatistics {
  readonly #statistics: readonly Statistic[];
  readonly #sizes: number[];
  #packed: tf.Tensor1D;
  #published = true;

  constructor(statistics: readonly Statistic[]) {
    this.#statistics = statistics;
    this.#sizes = statistics.map(({ variable }) => variable.size);
    this.#packed = this.#pack();
  }

  #pack(): tf.Tensor1D {
    return tf.keep(tf.tidy(() => tf.concat1d(this.#statistics.map(({ variable }) => variable.flatten()))));
  }

  /** Takes up one step's batch moments, one for every statistic. Disposes nothing of the caller's. */
  update(moments: ReadonlyMap<string, tf.Tensor>, decay: number): void {
    const next = tf.tidy(() => {
      const batch = tf.concat1d(
        this.#statistics.map(statistic => {
          const moment = moments.get(statistic.name);
          if (!moment)
            throw new Error(`no batch moment for ${statistic.name}: every batch norm reports its own`);
          return moment.flatten();
        }),
      );
      return this.#packed.mul(decay).add(batch.mul(1 - decay)) as tf.Tensor1D;
    });
    this.#packed.dispose();
    this.#packed = tf.keep(next);
    this.#published = false;
  }

  /** Writes the packed values to the network's variables. */
  publish(): void {
    if (this.#published) return;
    tf.tidy(() => {
      const parts = tf.split(this.#packed, this.#sizes);
      this.#statistics.forEach(({ variable }, i) => {
        variable.assign((parts[i] as tf.Tensor).reshape(variable.shape));
      });
    });
    this.#published = true;
  }

  /** Reads the variables again after a restore. */
  reload(): void {
    this.#packed.dispose();
    this.#packed = this.#pack();
    this.#published = true;
  }

  dispose(): void {
    this.#packed.dispose();
  }
}
