/**
 * @file The contract of a weighting strategy. A strategy weighs: from one step's losses, and from whatever else it says
 * that it needs, it makes one weight a task. The step sums: the total loss is Σ w_i·L_i plus the strategy's own term.
 */
import type { Column } from '../protocol/columns';
import { AppError } from '../protocol/errors';
import type { OptionSpecs } from '../protocol/options';
import type { RunConfig } from '../protocol/runs';
import type { TaskDescription } from '../protocol/systems';
import * as tf from '../tf/tf';

/**
 * What a strategy may ask the step for:
 * - `losses`: this step's task losses and Z, which every strategy gets.
 * - `taskGradients`: the Gram matrix of the tasks' gradients, gathered before the weights exist. It costs a backward pass
 *   through the branches a task, instead of one for all of them.
 * - `validationLosses`: the losses on the images that are scored while training, after each such evaluation: `hear`.
 * - `lossesAfterStep`: the losses before and after the last update. After means the next batch's, as FAMO's authors do.
 */
export type Need = 'losses' | 'taskGradients' | 'validationLosses' | 'lossesAfterStep';

export interface WeightingContext {
  tasks: readonly TaskDescription[];
  /** Length of the flattened Z. */
  zSize: number;
  seed: number;
  /** The l2 decay of the network's kernels, for a strategy that decays variables of its own. */
  weightDecay: number;
  /** Complete and checked; live options are read from it at every step, in `live`. */
  config: RunConfig;
}

/** What a strategy sees of one step. */
export interface StepLosses {
  /** One scalar a task; 0 where `present` is 0. */
  losses: readonly tf.Scalar[];
  /** 1 where the batch had a sample of the task, else 0: `[tasks]`. */
  present: tf.Tensor1D;
  /** The trunk's last output, flattened: `[batch, zSize]`. Reaches the trunk's tape in `weigh`. */
  z: tf.Tensor2D;
  /** What `Weighting.live` asked for. */
  live: Live<tf.Tensor>;
  /** Only with the need `taskGradients`. M_ij = g_i · g_j, 0 where a task is absent: `[tasks, tasks]`, a constant. */
  gram?: tf.Tensor2D;
  /** Only with the need `lossesAfterStep`. */
  before?: LossesBefore;
}

/** Each task's loss when it last had a sample, before the update that followed. */
export interface LossesBefore {
  /** `[tasks]`; 0 where there was none yet. */
  losses: tf.Tensor1D;
  /** 1 where there was one, else 0: `[tasks]`. */
  known: tf.Tensor1D;
}

/** Numbers for a strategy's own columns, by quantity: in the order of these columns. */
export type Report = Readonly<Record<string, tf.Tensor>>;

/** What a strategy makes of one step's losses. */
export interface Weighed {
  /**
   * `[tasks]`. Where the entry is `normalised`, the weights of all tasks sum to 1. The weight of a task without a sample in
   * the batch multiplies a loss of 0, and the history does not show it.
   */
  weights: tf.Tensor1D;
  /** A term of the total loss beside Σ w_i·L_i, for variables of `trainedByTotal`. */
  extra?: tf.Scalar;
  report?: Report;
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
  /** Whether this batch is the first one of another pass over the training samples than the last batch was. */
  beginsEpoch: boolean;
  learningRate: number;
  initialLearningRate: number;
}

/** By name. */
export type Live<T> = Readonly<Record<string, T>>;

/** A number, or several in the shape that the step brings them in. */
export type LiveValue = number | { shape: readonly number[]; values: readonly number[] };

/** @throws AppError `weighting/live` when the step did not bring what `live` asked for. */
export function liveTensor(live: Live<tf.Tensor>, name: string): tf.Tensor {
  const tensor = live[name];
  if (!tensor)
    throw new AppError('weighting/live', `The step brings no "${name}": pass a tensor for each of live().`);
  return tensor;
}

/** The same for one number. */
export const liveScalar = (live: Live<tf.Tensor>, name: string): tf.Scalar =>
  tf.reshape<tf.Rank.R0>(liveTensor(live, name), []);

export interface Weighting {
  /** Variables that the total loss itself trains or that an own loss trains: Ψ, s_i. All are checkpointed. */
  readonly variables: readonly { name: string; variable: tf.Variable }[];
  /** Those of `variables` whose gradient of the total loss the step must compute. */
  readonly trainedByTotal: readonly tf.Variable[];
  /** Whether the total's gradient also flows through the weights: into `trainedByTotal`, or through Z into the trunk. */
  readonly weightsMove: boolean;
  /** What `weigh` and `update` report; none by default. */
  readonly columns?: readonly Column[];
  /** Computes the weights. It runs under the tape of Θ's step, inside `variableGrads`. */
  weigh(step: StepLosses): Weighed;
  /**
   * After the backward pass, on the same forward values: moves the strategy's own variables.
   * `gradients` are d total / d trainedByTotal, in that order. Called inside tf.tidy: keep nothing but variables.
   */
  update(step: StepLosses & Pick<Weighed, 'kept'> & { gradients: readonly tf.Tensor[] }): Report | undefined;
  /**
   * With the need `validationLosses`: hears each task's mean loss on the images that are scored while training, null where
   * they have no label of the task. Runs between two steps, after every evaluation that the option `evaluateEvery` asks
   * for. It may assign its variables and nothing else, so that a recorded step sees the change and a resumed run repeats it.
   */
  hear?(losses: readonly (number | null)[]): void;
  /**
   * Numbers that `weigh` and `update` want and that may differ from step to step: rates, live options, draws. They come
   * back as tensors, because a recorded step freezes every number it reads itself.
   */
  live(rates: Rates): Live<LiveValue>;
  /** Own optimizer state and whatever else a resumed run needs, besides `variables`. */
  state(): NamedTensor[];
  restore(state: ReadonlyMap<string, tf.Tensor>): void;
  /**
   * A sentence when something is off right now (a pinned weight, a vanished length).
   * @param numbers of one quantity, as they were read back.
   */
  warn(numbers: (quantity: string) => readonly number[]): string | null;
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
  /** What the step must supply. */
  needs: readonly Need[];
  /** Whether its weights sum to 1. Others also set how long the whole step is. */
  normalised: boolean;
  create(context: WeightingContext): Weighting;
}
