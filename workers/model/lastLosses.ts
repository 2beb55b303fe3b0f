/** @file Each task's loss when it last had a sample: for strategies that look at what an update did to the losses. */
import * as tf from '@tensorflow/tfjs';
import type { LossesBefore } from '../weighting/weighting';

export class LastLosses {
  readonly losses: tf.Variable<tf.Rank.R1>;
  /** 1 where the task has had a sample, else 0. */
  readonly known: tf.Variable<tf.Rank.R1>;

  constructor(tasks: number) {
    const zeros = () => tf.tidy(() => tf.variable(tf.zeros<tf.Rank.R1>([tasks]), false));
    this.losses = zeros();
    this.known = zeros();
  }

  /** As a strategy takes them. */
  get before(): LossesBefore {
    return { losses: this.losses, known: this.known };
  }

  /** Takes up one step's losses: one scalar a task, and `[tasks]` with a 1 where the batch had a sample. */
  update(losses: readonly tf.Scalar[], present: tf.Tensor1D): void {
    tf.tidy(() => {
      const now = tf.stack([...losses]) as tf.Tensor1D;
      this.losses.assign(tf.where(tf.greater(present, 0.5), now, this.losses));
      this.known.assign(tf.maximum(this.known, present));
    });
  }

  /** As a checkpoint names them. */
  get variables(): readonly { name: string; variable: tf.Variable }[] {
    return [
      { name: 'lastLosses/losses', variable: this.losses },
      { name: 'lastLosses/known', variable: this.known },
    ];
  }

  dispose(): void {
    this.losses.dispose();
    this.known.dispose();
  }
}
