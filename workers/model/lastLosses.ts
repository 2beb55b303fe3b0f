/** @file Keeps the last loss of each task, for strategies that compare the losses before and after a step. */
import * as tf from '../tf/tf';
import type { LossesBefore } from '../weighting/weighting';

export class LastLosses {
  /** `[tasks]`. The loss of each task at the last step whose batch had a sample of it. */
  readonly losses: tf.Variable<tf.Rank.R1>;
  /** `[tasks]`. 1 where the task has had a sample, otherwise 0. */
  readonly known: tf.Variable<tf.Rank.R1>;

  constructor(tasks: number) {
    const zeros = () => tf.tidy(() => tf.variable(tf.zeros<tf.Rank.R1>([tasks]), false));
    this.losses = zeros();
    this.known = zeros();
  }

  /** The losses in the form that a strategy takes. */
  get before(): LossesBefore {
    return { losses: this.losses, known: this.known };
  }

  /**
   * Takes the losses of one step.
   * @param losses one scalar for each task.
   * @param present `[tasks]`. 1 where the batch had a sample of the task, otherwise 0.
   */
  update(losses: readonly tf.Scalar[], present: tf.Tensor1D): void {
    tf.tidy(() => {
      const now = tf.stack([...losses]) as tf.Tensor1D;
      this.losses.assign(tf.where(tf.greater(present, 0.5), now, this.losses));
      this.known.assign(tf.maximum(this.known, present));
    });
  }

  /** The variables with the names that they have in a checkpoint. */
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
