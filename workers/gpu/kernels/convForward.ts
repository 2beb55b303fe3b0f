/**
 * @file Convolution, y = act(residual + scale · (x ∗ kernel + bias)), in two flavours: as a register tile and as
 * a shared-memory tile.
 */
import { type ConvGeometry, convCases, convSizes, forEachProduct, sharedCases } from './convGeometry';
import { float, type Kernel, lanesOf, type Program, type TileFlavour, vectorType } from './kernel';
import { registerTile } from './registerTile';
import { sharedTile } from './sharedTile';

export interface ConvForwardOptions {
  geometry: ConvGeometry;
  /** Binds `[outChannels]`. */
  bias?: boolean;
  /** Binds a map of the output's shape that is added last. */
  residual?: boolean;
  /** Multiplies what the convolution and its bias gave. */
  scale?: number;
  relu?: boolean;
  /** Flavour of the tile; registers if left out. */
  tile?: TileFlavour;
}

/** One row a pixel of the output, one column a channel; k runs over taps, then input channels. */
function sharedWgsl({ geometry: g, bias, residual, scale = 1, relu }: ConvForwardOptions): Program {
  const extra = (binding: number, name: string) =>
    `@group(0) @binding(${binding}) var<storage, read> ${name}: array<f32>;`;
  return sharedTile({
    label: 'convForwardShared',
    rows: g.batch * g.outHeight * g.outWidth,
    columns: g.outChannels,
    layers: 1,
    bindings: `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;
@group(0) @binding(1) var<storage, read> input: array<f32>;
@group(0) @binding(2) var<storage, read> weights: array<f32>;
${bias ? extra(3, 'bias') : ''}
${residual ? extra(bias ? 4 : 3, 'residual') : ''}`,
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
  let to = row * ${g.outChannels} + column;
  var y = sum;
  ${bias ? 'y += bias[column];' : ''}
  ${scale === 1 ? '' : `y *= ${float(scale)};`}
  ${residual ? 'y += residual[to];' : ''}
  output[to] = ${relu ? 'max(y, 0.0)' : 'y'};`,
  });
}

function registerWgsl({ geometry, bias, residual, scale = 1, relu }: ConvForwardOptions): Program {
  const { inChannels, outChannels } = geometry;
  const lanes = lanesOf(outChannels);
  const T = vectorType(lanes);
  const vectors = outChannels / lanes;
  const extra = (binding: number, name: string) =>
    `@group(0) @binding(${binding}) var<storage, read> ${name}: array<${T}>;`;
  return registerTile({
    label: 'convForward',
    geometry,
    bindings: `
@group(0) @binding(0) var<storage, read_write> output: array<${T}>;
@group(0) @binding(1) var<storage, read> input: array<f32>;
@group(0) @binding(2) var<storage, read> weights: array<${T}>;
${bias ? extra(3, 'bias') : ''}
${residual ? extra(bias ? 4 : 3, 'residual') : ''}`,
    weights: `i * ${vectors} + column`,
    weight: (tap, c) => `weights[weight + ${tap} * ${inChannels * vectors} + ${c}]`,
    store(sum, c) {
      const offset = bias ? `(${sum} + bias[column + ${c}])` : sum;
      const scaled = scale === 1 ? offset : `${offset} * ${float(scale)}`;
      const y = residual ? `${scaled} + residual[to + ${c}]` : scaled;
      return `output[to + ${c}] = ${relu ? `max(${y}, ${T}())` : y};`;
    },
  });
}

/** Buffers: output `[batch, outHeight, outWidth, outChannels]`, input, kernel, then bias and residual where asked for. */
export const convForward: Kernel<ConvForwardOptions> = {
  name: 'convForward',
  wgsl: options => (options.tile === 'shared' ? sharedWgsl(options) : registerWgsl(options)),
  sizes({ geometry, bias, residual }) {
    const { input, output, kernel } = convSizes(geometry);
    const extras = [...(bias ? [geometry.outChannels] : []), ...(residual ? [output] : [])];
    return { outputs: [output], inputs: [input, kernel, ...extras] };
  },
  reference({ geometry, bias, residual, scale = 1, relu }, output, input, kernel, ...extras) {
    const sums = new Float64Array(output.length);
    forEachProduct(geometry, (i, o, k) => {
      sums[o] = (sums[o] ?? 0) + (input[i] ?? 0) * (kernel[k] ?? 0);
    });
    const offsets = bias ? extras[0] : undefined;
    const added = residual ? extras[bias ? 1 : 0] : undefined;
    for (let o = 0; o < output.length; o++) {
      const y = ((sums[o] ?? 0) + (offsets?.[o % geometry.outChannels] ?? 0)) * scale + (added?.[o] ?? 0);
      output[o] = relu ? Math.max(y, 0) : y;
    }
  },
  cases: [
    ...convCases.map(geometry => ({ geometry })),
    ...convCases
      .slice(2, 4)
      .map(geometry => ({ geometry, bias: true, residual: true, scale: 0.17, relu: true })),
    ...sharedCases.map(geometry => ({ geometry, tile: 'shared' as const })),
    ...convCases.slice(2, 3).map(geometry => ({
      geometry,
      tile: 'shared' as const,
      bias: true,
      residual: true,
      scale: 0.17,
      relu: true,
    })),
  ],
};
