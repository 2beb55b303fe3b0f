/**
 * @file Collects the parts of a network while its layers are put together. Shapes come first and cost nothing (`plan`).
 * Then `materialise` creates the variables. Each depends only on the seed and its name.
 */
import type { Pass, Statistic } from '../ops/pass';
import { AppError } from '../protocol/errors';
import { hash, uniform } from '../random';
import * as tf from '../tf/tf';
import type { ConvolutionShape, LayerShape, Parameter } from './network';

/** [height, width, channels] of one image's feature map. */
export type MapShape = readonly [number, number, number];

/** A layer whose input shape is known. */
export interface Layer {
  readonly output: MapShape;
  apply(x: tf.Tensor4D, pass: Pass): tf.Tensor4D;
}

/** A variable that is created later. `variable` may be read once the assembly is materialised. */
class Slot<S extends number[]> {
  readonly name: string;
  readonly shape: S;
  readonly #initial: (seed: number) => Float32Array | number;
  #variable: tf.Variable | null = null;

  constructor(name: string, shape: S, initial: (seed: number) => Float32Array | number) {
    this.name = name;
    this.shape = shape;
    this.#initial = initial;
  }

  get size(): number {
    return this.shape.reduce((a, b) => a * b, 1);
  }

  get variable(): tf.Variable {
    if (!this.#variable)
      throw new AppError('nets/plan', `${this.name} has no values: this network was planned, not built.`);
    return this.#variable;
  }

  /** @param seed is `null` for a network of which only the shapes matter. Then all values are 0. */
  create(seed: number | null, trainable: boolean): tf.Variable {
    const initial = seed === null ? 0 : this.#initial(seed);
    const values = tf.tidy(() =>
      typeof initial === 'number' ? tf.fill(this.shape, initial) : tf.tensor(initial, this.shape),
    );
    this.#variable = tf.variable(values, trainable);
    values.dispose();
    return this.#variable;
  }
}

/**
 * Glorot and Bengio, 2010 (called Xavier): uniform in ±√(6 / (fan in + fan out)), where a fan is channels times the
 * kernel's area. `shape` is [..., inputs, outputs]; the i-th number is the i-th draw of the stream (seed, name).
 */
function glorotUniform(shape: readonly number[], seed: number, name: string): Float32Array {
  const outputs = shape.at(-1) ?? 1;
  const inputs = shape.at(-2) ?? 1;
  const size = shape.reduce((a, b) => a * b, 1);
  const area = size / (inputs * outputs);
  const limit = Math.sqrt(6 / (area * (inputs + outputs)));
  const key = hash(seed, name);
  return Float32Array.from({ length: size }, (_, i) => (2 * uniform(key, i) - 1) * limit);
}

export class Assembly {
  readonly layers: LayerShape[] = [];
  readonly #parameters: { slot: Slot<number[]>; decays: boolean }[] = [];
  readonly #statistics: Slot<number[]>[] = [];

  /** Adds the kernel of a convolution or dense layer. It starts Glorot uniform, and it decays. */
  kernel<S extends number[]>(name: string, shape: S): Slot<S> {
    const slot = new Slot(name, shape, seed => glorotUniform(shape, seed, name));
    this.#parameters.push({ slot, decays: true });
    return slot;
  }

  /** Adds a bias or a batch norm's β. It starts at 0 and does not decay. */
  offset(name: string, channels: number): Slot<[number]> {
    const slot = new Slot<[number]>(name, [channels], () => 0);
    this.#parameters.push({ slot, decays: false });
    return slot;
  }

  /** Adds a moving mean (starts at 0) or a moving variance (starts at 1). */
  statistic(name: string, channels: number, initial: 0 | 1): Slot<[number]> {
    const slot = new Slot<[number]>(name, [channels], () => initial);
    this.#statistics.push(slot);
    return slot;
  }

  /** Runs `work` and returns the parameters that it added. */
  collect<T>(work: () => T): { result: T; slots: readonly Slot<number[]>[] } {
    const before = this.#parameters.length;
    const result = work();
    return { result, slots: this.#parameters.slice(before).map(({ slot }) => slot) };
  }

  layer(name: string, output: MapShape, convolution: ConvolutionShape | null): void {
    const [height, width, channels] = output;
    const weights = convolution
      ? convolution.kernel[0] * convolution.kernel[1] * convolution.input[2] * channels
      : 0;
    this.layers.push({ name, output, multiplyAdds: height * width * weights, convolution });
  }

  /** The number of trainable numbers so far. */
  get size(): number {
    return this.#parameters.reduce((sum, { slot }) => sum + slot.size, 0);
  }

  materialise(seed: number | null): { parameters: Parameter[]; statistics: Statistic[] } {
    return {
      parameters: this.#parameters.map(({ slot, decays }) => ({
        name: slot.name,
        variable: slot.create(seed, true),
        decays,
      })),
      statistics: this.#statistics.map(slot => ({ name: slot.name, variable: slot.create(seed, false) })),
    };
  }
}

export type { Slot };
