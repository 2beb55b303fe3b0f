/** @file The shape every network has: one trunk, one branch and one head a task (hard parameter sharing). */
import type * as tf from '@tensorflow/tfjs';
import type { Pass, Statistic } from '../ops/pass';

export interface Parameter {
  /** As in METHOD's table: `trunk/stem1/kernel`, `branch1/block8a/up/bias`, `head2/kernel`. Branches count from 1. */
  name: string;
  variable: tf.Variable;
  /** Convolution and dense kernels take weight decay; biases and β do not. */
  decays: boolean;
}

export interface NetworkOptions {
  /** Pixels a side. */
  inputSize: number;
  /** Classes of each task's head, in task order. */
  classes: readonly number[];
  /** Seeds every initial value by its name: two networks of one seed are equal. `null`: zeros, where only shapes count. */
  seed: number | null;
  /** Width multiplier; channels are rounded to multiples of 4. */
  width: number;
  /** Units of a dense layer with ReLU between each branch's pool and its head; none where 0 or left out. */
  embedding?: number;
}

export interface Network {
  readonly inputSize: number;
  /** Creation order, stable between sessions. */
  readonly parameters: readonly Parameter[];
  readonly statistics: readonly Statistic[];
  /** Shape of Z without the batch: [height, width, channels]. */
  readonly trunkShape: readonly [number, number, number];
  /** Features that a branch gives its head: the pool's, or the units of `embedding`. */
  readonly bottleneck: number;
  /** `[batch, size, size, 3]`, standardised → Z `[batch, height, width, channels]`. */
  trunk(x: tf.Tensor4D, pass: Pass): tf.Tensor4D;
  /** Z → bottleneck `[batch, bottleneck]`, dropout included in training. `task` counts from 0. */
  branch(task: number, z: tf.Tensor4D, pass: Pass): tf.Tensor2D;
  /** Bottleneck → logits `[batch, classes[task]]`. */
  head(task: number, features: tf.Tensor2D): tf.Tensor2D;
  dispose(): void;
}

/** What a convolution takes: its output is the layer's. */
export interface ConvolutionShape {
  /** [height, width, channels]. */
  input: readonly [number, number, number];
  /** [height, width]. */
  kernel: readonly [number, number];
  stride: number;
  padding: 'same' | 'valid';
}

/** One layer's output, and the multiply-adds it spends an image on the way there. */
export interface LayerShape {
  /** Scope, as in the parameters' names: `trunk/reductionA/b1/conv1`. */
  name: string;
  /** [height, width, channels]. */
  output: readonly [number, number, number];
  multiplyAdds: number;
  /** null where the layer is none. */
  convolution: ConvolutionShape | null;
}

/** What a network would be, from its shapes alone: costs no tensor. */
export interface NetworkPlan {
  /** Trainable numbers of trunk and branches. */
  parameters: number;
  /** Trainable numbers of the heads. */
  headParameters: number;
  trunkShape: readonly [number, number, number];
  bottleneck: number;
  /** Trunk, then branch by branch. */
  layers: readonly LayerShape[];
}

export interface NetworkEntry {
  label: string;
  plan(options: NetworkOptions): NetworkPlan;
  build(options: NetworkOptions): Network;
}
