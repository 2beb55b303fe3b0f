/**
 * @file Convolution with an epilogue, y = act(residual + scale · (x ∗ kernel + bias)) or, at inference, y = act((x ∗
 * kernel − mean) / √(variance + ε) + β). It has three flavours: a register tile, a register tile that shares its
 * weights in quads, and a shared-memory tile.
 */

import {
  type ConvGeometry,
  convCases,
  convSizes,
  forEachProduct,
  largeTiles,
  sharedCases,
} from '../../wgsl/convGeometry';
import { float, type Kernel, lanesOf, type Program, type TileFlavour, vectorType } from '../../wgsl/kernel';
import type { Patch } from '../../wgsl/patch';
import { registerTile } from '../../wgsl/registerTile';
import { sharedTile } from '../../wgsl/sharedTile';

export interface ConvForwardOptions {
  geometry: ConvGeometry;
  /** Binds a bias `[outChannels]`. */
  bias?: boolean;
  /** Binds mean, variance and β, each `[outChannels]`. Batch norm by these moments replaces bias and scale. */
  batchNorm?: { epsilon: number };
  /** Binds a map of the output's shape that is added last. */
  residual?: boolean;
  /** Multiplies the result of the convolution and its bias. */
  scale?: number;
  relu?: boolean;
  /** The flavour of the tile. The default is `registers`. */
  tile?: TileFlavour;
  /** The patch of a register tile or quads. The default is the one with the lowest cost. */
  patch?: Patch;
  /** Makes the shared tile store four channels at a time. The other tiles do so whenever they can. */
  vectors?: boolean;
}

/** The names of the buffers that an epilogue binds after the kernel, in binding order. */
function epilogueNames({ bias, batchNorm, residual }: ConvForwardOptions): string[] {
  return [
    ...(batchNorm ? ['mean', 'variance', 'beta'] : []),
    ...(bias ? ['bias'] : []),
    ...(residual ? ['residual'] : []),
  ];
}

/** Returns the declarations of the epilogue's buffers. @param T is the type of an element. */
function epilogueBindings(options: ConvForwardOptions, T: string): string {
  return epilogueNames(options)
    .map((name, i) => `@group(0) @binding(${3 + i}) var<storage, read> ${name}: array<${T}>;`)
    .join('\n');
}

/** Returns the value to store. `column` indexes the buffers of channels, and `to` indexes the maps. */
function epilogue(options: ConvForwardOptions, sum: string, column: string, to: string, T: string): string {
  const { bias, batchNorm, residual, scale = 1, relu } = options;
  const normalised = batchNorm
    ? `(${sum} - mean[${column}]) * inverseSqrt(variance[${column}] + ${float(batchNorm.epsilon)}) + beta[${column}]`
    : sum;
  const offset = bias ? `(${normalised} + bias[${column}])` : normalised;
  const scaled = scale === 1 ? offset : `${offset} * ${float(scale)}`;
  const y = residual ? `${scaled} + residual[${to}]` : scaled;
  return relu ? `max(${y}, ${T}())` : y;
}

/** Each pixel of the output is a row, and each channel is a column. k runs over taps, then over input channels. */
function sharedWgsl(options: ConvForwardOptions): Program {
  const { geometry: g, vectors = false } = options;
  const lanes = vectors ? lanesOf(g.outChannels) : 1;
  const T = vectorType(lanes);
  const channel = lanes === 4 ? 'column / 4' : 'column';
  return sharedTile({
    label: 'convForwardShared',
    rows: g.batch * g.outHeight * g.outWidth,
    columns: g.outChannels,
    layers: 1,
    bindings: `
@group(0) @binding(0) var<storage, read_write> output: array<${T}>;
@group(0) @binding(1) var<storage, read> input: array<f32>;
@group(0) @binding(2) var<storage, read> weights: array<f32>;
${epilogueBindings(options, T)}`,
    end: `${g.kernelHeight * g.kernelWidth * g.inChannels}`,
    a: `
  let tap = k / ${g.inChannels};
  let image = row / ${g.outHeight * g.outWidth};
  let pixel = row - image * ${g.outHeight * g.outWidth};
  let y = (pixel / ${g.outWidth}) * ${g.strideHeight} - ${g.padTop} + tap / ${g.kernelWidth};
  let x = (pixel % ${g.outWidth}) * ${g.strideWidth} - ${g.padLeft} + tap % ${g.kernelWidth};
  if (y < 0 || y >= ${g.inHeight} || x < 0 || x >= ${g.inWidth}) { return 0.0; }
  return input[((image * ${g.inHeight} + y) * ${g.inWidth} + x) * ${g.inChannels} + k - tap * ${g.inChannels}];`,
    b: `return weights[k * ${g.outChannels} + column];`,
    contiguous: { a: 'k', b: 'column' },
    store: `
  let to = row * ${g.outChannels / lanes} + ${channel};
  output[to] = ${epilogue(options, 'sum', channel, 'to', T)};`,
    lanes,
  });
}

function registerWgsl(options: ConvForwardOptions): Program {
  const { geometry, tile, patch } = options;
  const { inChannels, outChannels, kernelWidth } = geometry;
  const T = vectorType(lanesOf(outChannels));
  return registerTile({
    label: 'convForward',
    geometry,
    bindings: (input, weights) => `
@group(0) @binding(0) var<storage, read_write> output: array<${T}>;
@group(0) @binding(1) var<storage, read> input: array<${input}>;
@group(0) @binding(2) var<storage, read> weights: array<${weights}>;
${epilogueBindings(options, T)}`,
    strides: { tap: inChannels * outChannels, input: outChannels, output: 1 },
    tap: (ky, kx) => `(${ky} * ${kernelWidth} + ${kx})`,
    store: (sum, c) => `output[to + ${c}] = ${epilogue(options, sum, `column + ${c}`, `to + ${c}`, T)};`,
    patch,
    quads: tile === 'quads',
  });
}

/**
 * Buffers: output `[batch, outHeight, outWidth, outChannels]`, input, kernel, then where asked for mean, variance, β or
 * bias, and residual.
 */
export const convForward: Kernel<ConvForwardOptions> = {
  name: 'convForward',
  wgsl: options => (options.tile === 'shared' ? sharedWgsl(options) : registerWgsl(options)),
  sizes(options) {
    const { input, output, kernel } = convSizes(options.geometry);
    const extras = epilogueNames(options).map(name =>
      name === 'residual' ? output : options.geometry.outChannels,
    );
    return { outputs: [output], inputs: [input, kernel, ...extras] };
  },
  reference(options, output, input, kernel, ...buffers) {
    const { geometry, batchNorm, scale = 1, relu } = options;
    const names = epilogueNames(options);
    const extra = (name: string, at: number, otherwise = 0) =>
      buffers[names.indexOf(name)]?.[at] ?? otherwise;
    const sums = new Float64Array(output.length);
    forEachProduct(geometry, (i, o, k) => {
      sums[o] = (sums[o] ?? 0) + (input[i] ?? 0) * (kernel[k] ?? 0);
    });
    for (let o = 0; o < output.length; o++) {
      const c = o % geometry.outChannels;
      const deviation = batchNorm ? Math.sqrt(extra('variance', c) + batchNorm.epsilon) : 1;
      const normalised = ((sums[o] ?? 0) - extra('mean', c)) / deviation + extra('beta', c);
      const y = (normalised + extra('bias', c)) * scale + extra('residual', o);
      output[o] = relu ? Math.max(y, 0) : y;
    }
  },
  example(options) {
    const { inputs } = convForward.sizes(options);
    const variance = 2 + epilogueNames(options).indexOf('variance');
    return inputs.map((size, input) =>
      Float32Array.from({ length: size }, (_, i) =>
        options.batchNorm && input === variance ? 0.5 + 0.4 * Math.sin(i) : Math.sin(1.7 * i + input),
      ),
    );
  },
  cases: [
    ...convCases.map(geometry => ({ geometry })),
    ...convCases
      .slice(2, 4)
      .map(geometry => ({ geometry, bias: true, residual: true, scale: 0.17, relu: true })),
    ...convCases.slice(0, 2).map(geometry => ({ geometry, batchNorm: { epsilon: 1e-3 }, relu: true })),
    ...convCases.slice(1).map(geometry => ({ geometry, tile: 'quads' as const })),
    ...convCases.slice(3, 4).map(geometry => ({
      ...{ geometry, tile: 'quads' as const },
      ...{ bias: true, residual: true, scale: 0.17, relu: true },
    })),
    ...largeTiles.flatMap(({ geometry, patch }) =>
      (['registers', 'quads'] as const).map(tile => ({ geometry, tile, patch, residual: true, relu: true })),
    ),
    ...sharedCases.map(geometry => ({ geometry, tile: 'shared' as const })),
    ...sharedCases
      .slice(0, 1)
      .map(geometry => ({ geometry, tile: 'shared' as const, batchNorm: { epsilon: 1e-3 }, relu: true })),
    ...convCases.slice(2, 3).map(geometry => ({
      geometry,
      tile: 'shared' as const,
      bias: true,
      residual: true,
      scale: 0.17,
      relu: true,
    })),
    ...sharedCases.slice(0, 1).map(geometry => ({
      geometry: { ...geometry, outChannels: 68 },
      tile: 'shared' as const,
      vectors: true,
      bias: true,
      residual: true,
      relu: true,
    })),
  ],
};
