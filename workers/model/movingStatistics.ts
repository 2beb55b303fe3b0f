/**
 * @file The batch norms' moving means and variances: m ← decay·m + (1 − decay)·batch. Where the batch norm does not move
 * them itself, as it does on WebGPU, they are kept as one packed vector while training (three ops a step instead of six
 * a layer) and written to the network's variables when somebody looks: before an evaluation and before a checkpoint.
 */
import * as tf from '@tensorflow/tfjs';
import type { Statistic } from '../ops/pass';

export class MovingStatistics {
  readonly #statistics: readonly Statistic[];
  readonly #sizes: number[];
  /** From the first moments on: never where the batch norm moves the variables itself. */
  #packed: tf.Variable<tf.Rank.R1> | null = null;
  #published = true;

  constructor(statistics: readonly Statistic[]) {
    this.#statistics = statistics;
    this.#sizes = statistics.map(({ variable }) => variable.size);
  }

  #pack(): tf.Variable<tf.Rank.R1> {
    return tf.tidy(() =>
      tf.variable(tf.concat1d(this.#statistics.map(({ variable }) => variable.flatten())), false),
    );
  }

  /**
   * Takes up one step's batch moments, one for every statistic, or none where the batch norm has moved the variables.
   * Disposes nothing of the caller's.
   */
  update(moments: ReadonlyMap<string, tf.Tensor>, decay: number): void {
    if (moments.size === 0) return;
    const packed = this.#packed ?? this.#pack();
    this.#packed = packed;
    const next = tf.tidy(() => {
      const batch = tf.concat1d(
        this.#statistics.map(statistic => {
          const moment = moments.get(statistic.name);
          if (!moment)
            throw new Error(`no batch moment for ${statistic.name}: every batch norm reports its own`);
          return moment.flatten();
        }),
      );
      return packed.mul(decay).add(batch.mul(1 - decay)) as tf.Tensor1D;
    });
    packed.assign(next);
    next.dispose();
    this.#published = false;
  }

  /** Writes the packed values to the network's variables. */
  publish(): void {
    const packed = this.#packed;
    if (this.#published || !packed) return;
    tf.tidy(() => {
      const parts = tf.split(packed, this.#sizes);
      this.#statistics.forEach(({ variable }, i) => {
        variable.assign((parts[i] as tf.Tensor).reshape(variable.shape));
      });
    });
    this.#published = true;
  }

  /** The variables were written: what was kept of them no longer holds. */
  reload(): void {
    this.dispose();
    this.#published = true;
  }

  dispose(): void {
    this.#packed?.dispose();
    this.#packed = null;
  }
}
