/**
 * @file The moving means and variances of the batch norms: m ← decay·m + (1 − decay)·batch. On WebGPU and WebAssembly the kernel of the batch
 * norm moves them. On other backends they are packed in one vector during training, which takes three ops per step instead
 * of six per layer. Before an evaluation and before a checkpoint, the vector is written to the variables of the network.
 */
import type { Statistic } from '../ops/pass';
import * as tf from '../tf/tf';

const flat = (tensor: tf.Tensor) => tf.reshape<tf.Rank.R1>(tensor, [tensor.size]);

export class MovingStatistics {
  readonly #statistics: readonly Statistic[];
  readonly #sizes: number[];
  /**
   * The packed vector. It is null until the first moments come, and always null where the batch norm moves the variables.
   */
  #packed: tf.Variable<tf.Rank.R1> | null = null;
  #published = true;

  constructor(statistics: readonly Statistic[]) {
    this.#statistics = statistics;
    this.#sizes = statistics.map(({ variable }) => variable.size);
  }

  #pack(): tf.Variable<tf.Rank.R1> {
    return tf.tidy(() =>
      tf.variable(tf.concat1d(this.#statistics.map(({ variable }) => flat(variable))), false),
    );
  }

  /**
   * Takes the batch moments of one step. The caller disposes them.
   * @param moments one for every statistic, or none where the batch norm has moved the variables.
   * @param decay from 0 to 1.
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
          return flat(moment);
        }),
      );
      return tf.add<tf.Tensor1D>(tf.mul(packed, decay), tf.mul(batch, 1 - decay));
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
        variable.assign(tf.reshape(parts[i] as tf.Tensor, variable.shape));
      });
    });
    this.#published = true;
  }

  /** Drops the packed vector, because the variables of the network were overwritten. */
  reload(): void {
    this.dispose();
    this.#published = true;
  }

  dispose(): void {
    this.#packed?.dispose();
    this.#packed = null;
  }
}
