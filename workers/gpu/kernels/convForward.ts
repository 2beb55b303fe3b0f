/**
 * @file Convolution, y = act(residual + scale · (x ∗ kernel + bias)), in two flavours: as a register tile, where one
 * thread computes 4 pixels × up to 16 channels without barriers, and as a shared-memory tile.
 */

import { type ConvGeometry, convCases, convSizes, forEachProduct, sharedCases } from './convGeometry';
import {
  ceilDivide,
  divisorUpTo,
  float,
  type Kernel,
  lanesOf,
  type Program,
  type TileFlavour,
  unroll,
  vectorType,
  workgroupOf,
} from './kernel';
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

/** 4 compile in a tenth of a second on SwiftShader, 8 in twenty seconds. */
const pixels = 4;

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

function registerWgsl({ geometry: g, bias, residual, scale = 1, relu }: ConvForwardOptions): Program {
  const inLanes = lanesOf(g.inChannels);
  const outLanes = lanesOf(g.outChannels);
  const inVectors = g.inChannels / inLanes;
  const outVectors = g.outChannels / outLanes;
  const Out = vectorType(outLanes);
  const In = vectorType(inLanes);
  const columns = divisorUpTo(outVectors, 4);
  const columnBlocks = outVectors / columns;
  const rows = g.batch * g.outHeight * g.outWidth;
  const [width, height] = workgroupOf(columnBlocks);
  // Without padding every tap lies inside the map, and no load needs a test.
  const inside =
    g.padTop === 0 &&
    g.padLeft === 0 &&
    (g.outHeight - 1) * g.strideHeight + g.kernelHeight <= g.inHeight &&
    (g.outWidth - 1) * g.strideWidth + g.kernelWidth <= g.inWidth;

  const locate = (p: number) => `
  let row${p} = min(firstRow + ${p}, ${rows - 1});
  let image${p} = row${p} / ${g.outHeight * g.outWidth};
  let pixel${p} = row${p} - image${p} * ${g.outHeight * g.outWidth};
  let top${p} = (pixel${p} / ${g.outWidth}) * ${g.strideHeight} - ${g.padTop};
  let left${p} = (pixel${p} % ${g.outWidth}) * ${g.strideWidth} - ${g.padLeft};
  ${unroll(columns, c => `var sum${p}_${c} = ${Out}();`)}`;

  const tap = (p: number) => {
    const at = `((image${p} * ${g.inHeight} + top${p} + kh) * ${g.inWidth} + left${p} + kw) * ${inVectors}`;
    if (inside) return `let from${p} = ${at};`;
    return `
      let inside${p} = top${p} + kh >= 0 && top${p} + kh < ${g.inHeight} && left${p} + kw >= 0 && left${p} + kw < ${g.inWidth};
      let from${p} = select(0, ${at}, inside${p});`;
  };

  const load = (p: number) =>
    inside
      ? `let a${p} = input[from${p} + i];`
      : `let a${p} = select(${In}(), input[from${p} + i], inside${p});`;
  const lane = (l: number) => (inLanes === 4 ? `.${'xyzw'[l]}` : '');
  // Weights are loaded lane by lane: fewer values alive at once, so fewer spilled.
  const multiply = (l: number) => `
        ${unroll(columns, c => `let w${l}_${c} = weights[weight + ${l * outVectors + c}];`)}
        ${unroll(pixels, p => unroll(columns, c => `sum${p}_${c} += a${p}${lane(l)} * w${l}_${c};`))}`;

  const store = (p: number) => `
  if (firstRow + ${p} < ${rows}) {
    let to = (firstRow + ${p}) * ${outVectors} + firstColumn;
    ${unroll(
      columns,
      c => `
    var y${c} = sum${p}_${c};
    ${bias ? `y${c} += bias[firstColumn + ${c}];` : ''}
    ${scale === 1 ? '' : `y${c} *= ${float(scale)};`}
    ${residual ? `y${c} += residual[to + ${c}];` : ''}
    output[to + ${c}] = ${relu ? `max(y${c}, ${Out}())` : `y${c}`};`,
    )}
  }`;

  return {
    label: 'convForward',
    workgroups: [ceilDivide(columnBlocks, width), ceilDivide(ceilDivide(rows, pixels), height), 1],
    wgsl: `
@group(0) @binding(0) var<storage, read_write> output: array<${Out}>;
@group(0) @binding(1) var<storage, read> input: array<${In}>;
@group(0) @binding(2) var<storage, read> weights: array<${Out}>;
${bias ? `@group(0) @binding(3) var<storage, read> bias: array<${Out}>;` : ''}
${residual ? `@group(0) @binding(${bias ? 4 : 3}) var<storage, read> residual: array<${Out}>;` : ''}
@compute @workgroup_size(${width}, ${height})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let firstColumn = i32(id.x) * ${columns};
  let firstRow = i32(id.y) * ${pixels};
  if (firstColumn >= ${outVectors} || firstRow >= ${rows}) { return; }
  ${unroll(pixels, locate)}
  for (var kh = 0; kh < ${g.kernelHeight}; kh++) {
    for (var kw = 0; kw < ${g.kernelWidth}; kw++) {
      ${unroll(pixels, tap)}
      var weight = (kh * ${g.kernelWidth} + kw) * ${g.inChannels * outVectors} + firstColumn;
      for (var i = 0; i < ${inVectors}; i++) {
        ${unroll(pixels, load)}
        ${unroll(inLanes, multiply)}
        weight += ${inLanes * outVectors};
      }
    }
  }
  ${unroll(pixels, store)}
}`,
  };
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
