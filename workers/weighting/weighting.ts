/** @file The contract of a weighting strategy: how the task losses become one total loss, and what moves the weights. */
import type * as tf from '@tensorflow/tfjs';
import { AppError } from '../protocol/link';
import type { OptionSpecs } from '../protocol/options';
import type { RunConfig } from '../protocol/runs';
import type { TaskDescription } from '../protocol/systems';

export interface WeightingContext {
  tasks: readonly TaskDescription[];
  /** Length of the flattened Z. */
  zSize: number;
  seed: number;
  /** Complete and checked; live options are read from it at every step, in `live`. */
  config: RunConfig;
}

/** What a strategy sees of one step. */
export interface StepLosses {
  /** One scalar a task; 0 where `present` is 0. */
  losses: readonly tf.Scalar[];
  /** 1 where the batch had a sample of the task, else 0: `[tasks]`. */
  present: tf.Tensor1D;
  /** The trunk's last output, flattened: `[batch, zSize]`. Reaches the trunk's tape in `combine`. */
  z: tf.Tensor2D;
}

/** What a strategy makes of one step's losses. */
export interface Combined {
  total: tf.Scalar;
  /** `[tasks]`; sums to 1 where the method says so. */
  weights: tf.Tensor1D;
  /**
   * Squared length of the shortest row that the strategy divided by its length; 1 where it divided by none. Read back
   * with the losses.
   */
  shortest: tf.Scalar;
  /** What `update` wants of this forward pass: the step keeps these for it. */
  kept: readonly tf.Tensor[];
}

export interface NamedTensor {
  name: string;
  tensor: tf.Tensor;
}

/** What a strategy may derive its own numbers from. */
export interface Rates {
  /** Counts from 0. */
  step: number;
  learningRate: number;
  initialLearningRate: number;
}

/** By name. */
export type Live<T> = Readonly<Record<string, T>>;

/** @throws AppError `weighting/live` when the step did not bring what `live` asked for. */
export function liveScalar(live: Live<tf.Scalar>, name: string): tf.Scalar {
  const scalar = live[name];
  if (!scalar)
    throw new AppError('weighting/live', `The step brings no "${name}": pass a scalar for each of live().`);
  return scalar;
}

export interface Weighting {
  /** Variables that the total loss itself trains or that an own loss trains: Ψ, s_i. All are checkpointed. */
  readonly variables: readonly { name: string; variable: tf.Variable }[];
  /** Those of `variables` whose gradient of the total loss the step must compute. */
  readonly trainedByTotal: readonly tf.Variable[];
  /** Runs under the tape of Θ's step (inside variableGrads). */
  combine(step: StepLosses): Combined;
  /**
   * After the backward pass, on the same forward values: moves the strategy's own variables.
   * `gradients` are d total / d trainedByTotal, in that order. Called inside tf.tidy: keep nothing but variables.
   */
  update(
    step: StepLosses & Pick<Combined, 'kept'> & { gradients: readonly tf.Tensor[]; live: Live<tf.Scalar> },
  ): void;
  /**
   * Numbers that `update` wants and that may differ from step to step: rates, live options. They come back to it as
   * scalars, because a recorded step freezes every number it reads itself.
   */
  live(rates: Rates): Live<number>;
  /** Own optimizer state and whatever else a resumed run needs, besides `variables`. */
  state(): NamedTensor[];
  restore(state: ReadonlyMap<string, tf.Tensor>): void;
  /** A sentence when something is off right now (a pinned weight, a vanished length), from values read back. */
  warn(weights: readonly number[], shortest: number): string | null;
  dispose(): void;
}

export interface WeightingEntry {
  label: string;
  /** Authors, title, venue, year. */
  cites: string;
  /** One or two sentences: what moves the weights. */
  about: string;
  /** Its options by key (`unit.sigma`). Entries may share a spec: same key, same object. */
  options: OptionSpecs;
  /** The option that chooses the one task it trains; pretraining uses such a strategy. */
  singleTaskOption?: string;
  /** What the step must supply beyond losses and Z. */
  needs: readonly ('taskGradients' | 'validationLosses')[];
  create(context: WeightingContext): Weighting;
}
