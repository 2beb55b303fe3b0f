/**
 * @file Layers are builders. A builder takes an assembly, a scope and the input's shape. It names its parameters and
 * returns a layer that knows its output's shape.
 */
import { convBatchNormRelu, type Padding } from '../ops/convBatchNormRelu';
import { maxPool } from '../ops/maxPool';
import type { Pass } from '../ops/pass';
import { recomputed } from '../ops/recompute';
import { residualTail } from '../ops/residualTail';
import { AppError } from '../protocol/errors';
import * as tf from '../tf/tf';
import type { Assembly, Layer, MapShape } from './assembly';

/** Puts one layer (or a chain, a block …) into an assembly. */
export type LayerBuilder = (assembly: Assembly, scope: string, input: MapShape) => Layer;

/** Returns the channels for a width multiplier, rounded to the nearest multiple of 4 and at least 4. */
export function scaledChannels(channels: number, width: number): number {
  return Math.max(4, Math.round((channels * width) / 4) * 4);
}

/**
 * Returns the side length after a `kernel`-wide window. SAME pads as TensorFlow does: an odd row or column goes to the
 * bottom or right.
 */
function outputSide(side: number, kernel: number, stride: number, padding: Padding): number {
  return padding === 'same' ? Math.ceil(side / stride) : Math.floor((side - kernel) / stride) + 1;
}

/** Keeps VALID if the map is large enough for the window. If the map would vanish (small inputs), it becomes SAME. */
export function settlePadding(padding: Padding, side: number, kernel: number): Padding {
  return side < kernel ? 'same' : padding;
}

/**
 * Convolution without bias + batch norm (β only) + ReLU. Parameters `kernel`, `beta`; statistics `mean`, `variance`.
 * `size` is the kernel's side, or [height, width].
 */
export function conv(
  size: number | readonly [number, number],
  channels: number,
  options: { stride?: number; padding?: Padding } = {},
): LayerBuilder {
  const [kernelHeight, kernelWidth] = typeof size === 'number' ? [size, size] : size;
  const stride = options.stride ?? 1;
  return (assembly, scope, input) => {
    const [height, width, inputs] = input;
    const padding = settlePadding(
      options.padding ?? 'same',
      Math.min(height, width),
      Math.max(kernelHeight, kernelWidth),
    );
    const output = [
      outputSide(height, kernelHeight, stride, padding),
      outputSide(width, kernelWidth, stride, padding),
      channels,
    ] as const;
    const kernel = assembly.kernel(`${scope}/kernel`, [kernelHeight, kernelWidth, inputs, channels]);
    const beta = assembly.offset(`${scope}/beta`, channels);
    const mean = assembly.statistic(`${scope}/mean`, channels, 0);
    const variance = assembly.statistic(`${scope}/variance`, channels, 1);
    assembly.layer(scope, output, { input, kernel: [kernelHeight, kernelWidth], stride, padding });
    return {
      output,
      apply: (x, pass) =>
        convBatchNormRelu(
          x,
          {
            kernel: kernel.variable as tf.Tensor4D,
            beta: beta.variable as tf.Tensor1D,
            mean,
            variance,
          },
          stride,
          padding,
          pass,
        ),
    };
  };
}

/** Takes the 3×3 maximum with stride 2. The padding is VALID if the map is large enough. */
export function pool(): LayerBuilder {
  return (assembly, scope, [height, width, channels]) => {
    const padding = settlePadding('valid', Math.min(height, width), 3);
    const output = [outputSide(height, 3, 2, padding), outputSide(width, 3, 2, padding), channels] as const;
    assembly.layer(scope, output, null);
    return { output, apply: x => maxPool(x, padding) };
  };
}

/** Runs layers one after the other. Each part's scope is its key. */
export function chain(parts: Readonly<Record<string, LayerBuilder>>): LayerBuilder {
  return (assembly, scope, input) => {
    let output = input;
    const layers = Object.entries(parts).map(([name, build]) => {
      const layer = build(assembly, `${scope}/${name}`, output);
      output = layer.output;
      return layer;
    });
    return { output, apply: (x, pass) => layers.reduce((y, layer) => layer.apply(y, pass), x) };
  };
}

/**
 * A chain of parts. A recomputing pass keeps the input of each part and nothing else.
 * @param options.trained tells whether anything before the chain is trained, so that its input needs a gradient.
 */
export function segments(
  parts: Readonly<Record<string, LayerBuilder>>,
  { trained }: { trained: boolean },
): LayerBuilder {
  return chain(
    Object.fromEntries(
      Object.entries(parts).map(([name, build], i) => [name, segment(build, trained || i > 0)]),
    ),
  );
}

function segment(build: LayerBuilder, trained: boolean): LayerBuilder {
  return (assembly, scope, input) => {
    const { result: layer, slots } = assembly.collect(() => build(assembly, scope, input));
    return {
      output: layer.output,
      apply(x, pass) {
        if (!pass.recompute) return layer.apply(x, pass);
        const variables = slots.map(({ variable }) => variable);
        const forward = (y: tf.Tensor4D, again: boolean) =>
          layer.apply(y, again ? { ...pass, batchNormDecay: null } : pass);
        return recomputed(x, variables, forward, trained);
      },
    };
  };
}

/** Runs layers on the same input and concatenates their outputs by channel. Each part's scope is its key. */
export function parallel(parts: Readonly<Record<string, LayerBuilder>>): LayerBuilder {
  return (assembly, scope, input) => {
    const layers = Object.entries(parts).map(([name, build]) => build(assembly, `${scope}/${name}`, input));
    const [height, width] = layers[0]?.output ?? input;
    if (layers.some(({ output }) => output[0] !== height || output[1] !== width)) {
      const shapes = layers.map(({ output }) => output.join('×')).join(', ');
      throw new AppError(
        'nets/shape',
        `${scope}: maps of ${shapes} cannot be joined by channel. Choose another input size.`,
      );
    }
    const output = [height, width, layers.reduce((sum, layer) => sum + layer.output[2], 0)] as const;
    return {
      output,
      apply: (x, pass) =>
        tf.concat(
          layers.map(layer => layer.apply(x, pass)),
          3,
        ),
    };
  };
}

/**
 * Inception-ResNet block: x + scale · up(mixed(x)), ReLU unless `activation` is false. `up` is a 1×1 convolution back
 * to the input's channels with a bias and neither batch norm nor activation. Parameters `up/kernel`, `up/bias`.
 */
export function residual(
  mixed: Readonly<Record<string, LayerBuilder>>,
  scale: number,
  options: { activation: boolean } = { activation: true },
): LayerBuilder {
  return (assembly, scope, input) => {
    const inner = parallel(mixed)(assembly, scope, input);
    const kernel = assembly.kernel(`${scope}/up/kernel`, [1, 1, inner.output[2], input[2]]);
    const bias = assembly.offset(`${scope}/up/bias`, input[2]);
    assembly.layer(`${scope}/up`, input, {
      input: inner.output,
      kernel: [1, 1],
      stride: 1,
      padding: 'same',
    });
    const apply = (x: tf.Tensor4D, pass: Pass) =>
      residualTail(
        x,
        inner.apply(x, pass),
        kernel.variable as tf.Tensor4D,
        bias.variable as tf.Tensor1D,
        scale,
        options.activation,
      );
    return { output: input, apply };
  };
}
