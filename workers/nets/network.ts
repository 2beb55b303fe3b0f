/** @file Every network has one trunk, and one branch and one head for each task (hard parameter sharing). */
import type { Pass, Statistic } from '../ops/pass';
import type * as tf from '../tf/tf';

export interface Parameter {
  /**
   * The name in METHOD's table, as in `trunk/stem1/kernel`, `branch1/block8a/up/bias`, `head2/kernel`. Branches count
   * from 1.
   */
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
  /**
   * Every initial value depends on the seed and its name, so two networks with one seed are equal. With `null` all
   * values are 0, for a network of which only the shapes matter.
   */
  seed: number | null;
  /** The width multiplier. Channels are rounded to multiples of 4. */
  width: number;
  /**
   * The units of a dense layer with ReLU between each branch's pool and its head. With 0, or if left out, there is
   * none.
   */
  embedding?: number;
}

export interface Network {
  readonly inputSize: number;
  /** The parameters in the order of creation, which is the same in every session. */
  readonly parameters: readonly Parameter[];
  readonly statistics: readonly Statistic[];
  /** Shape of Z without the batch: [height, width, channels]. */
  readonly trunkShape: readonly [number, number, number];
  /** The number of features that a branch gives its head: the pool's channels, or the units of `embedding`. */
  readonly bottleneck: number;
  /** `[batch, size, size, 3]`, standardised → Z `[batch, height, width, channels]`. */
  trunk(x: tf.Tensor4D, pass: Pass): tf.Tensor4D;
  /** Z → bottleneck `[batch, bottleneck]`, dropout included in training. `task` counts from 0. */
  branch(task: number, z: tf.Tensor4D, pass: Pass): tf.Tensor2D;
  /** Bottleneck → logits `[batch, classes[task]]`. */
  head(task: number, features: tf.Tensor2D): tf.Tensor2D;
  dispose(): void;
}

/** The sizes of a convolution. Its output is the layer's output. */
export interface ConvolutionShape {
  /** [height, width, channels]. */
  input: readonly [number, number, number];
  /** [height, width]. */
  kernel: readonly [number, number];
  stride: number;
  padding: 'same' | 'valid';
}

/** One layer's output shape, and its multiply-adds for one image. */
export interface LayerShape {
  /** The scope, as in the parameters' names: `trunk/reductionA/b1/conv1`. */
  name: string;
  /** [height, width, channels]. */
  output: readonly [number, number, number];
  multiplyAdds: number;
  /** null if the layer is not a convolution. */
  convolution: ConvolutionShape | null;
}

/** The description of a network from its shapes alone. It costs no tensor. */
export interface NetworkPlan {
  /** The number of trainable numbers of trunk and branches. */
  parameters: number;
  /** The number of trainable numbers of the heads. */
  headParameters: number;
  trunkShape: readonly [number, number, number];
  bottleneck: number;
  /** The trunk's layers come first, then those of each branch. */
  layers: readonly LayerShape[];
}

export interface NetworkEntry {
  label: string;
  plan(options: NetworkOptions): NetworkPlan;
  build(options: NetworkOptions): Network;
}
