/**
 * @file Gradient of a convolution by its input, dx = dy ∗ᵀ kernel, as a register tile of 4 pixels × up to 8 channels or
 * as a shared-memory tile.
 * With stride s a pixel meets only the taps of its own remainder modulo s: the grid's z runs over these classes, so
 * that all pixels of a thread share their taps and none is wasted.
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
import { registerTile } from './registerTile';
import { sharedTile } from './sharedTile';

export interface ConvInputGradientOptions {
  geometry: ConvGeometry;
  /** Multiplies the gradient. */
  scale?: number;
  /** Flavour of the tile; registers if left out. */
  tile?: TileFlavour;
}

const pixels = 4;

/** One layer a class; one row a pixel of the class, one column an input channel; k runs over the class's taps, then dy's channels. */
function sharedWgsl({ geometry: g, scale = 1 }: ConvInputGradientOptions): Program {
  const classHeight = ceilDivide(g.inHeight, g.strideHeight);
  const classWidth = ceilDivide(g.inWidth, g.strideWidth);
  const pixel = `
  let image = row / ${classHeight * classWidth};
  let pixel = row - image * ${classHeight * classWidth};
  let y = (pixel / ${classWidth}) * ${g.strideHeight} + layer / ${g.strideWidth};
  let x = (pixel % ${classWidth}) * ${g.strideWidth} + layer % ${g.strideWidth};`;
  const tap = `
  let number = k / ${g.outChannels};
  let kh = firstTapY(layer) + number / tapsX(layer) * ${g.strideHeight};
  let kw = firstTapX(layer) + number % tapsX(layer) * ${g.strideWidth};`;
  return sharedTile({
    label: 'convInputGradientShared',
    rows: g.batch * classHeight * classWidth,
    columns: g.inChannels,
    layers: g.strideHeight * g.strideWidth,
    bindings: `
@group(0) @binding(0) var<storage, read_write> inputGradient: array<f32>;
@group(0) @binding(1) var<storage, read> outputGradient: array<f32>;
@group(0) @binding(2) var<storage, read> weights: array<f32>;
fn firstTapY(layer: i32) -> i32 { return (layer / ${g.strideWidth} + ${g.padTop}) % ${g.strideHeight}; }
fn firstTapX(layer: i32) -> i32 { return (layer % ${g.strideWidth} + ${g.padLeft}) % ${g.strideWidth}; }
fn tapsX(layer: i32) -> i32 { return max(0, ${g.kernelWidth + g.strideWidth - 1} - firstTapX(layer)) / ${g.strideWidth}; }
fn tapsY(layer: i32) -> i32 { return max(0, ${g.kernelHeight + g.strideHeight - 1} - firstTapY(layer)) / ${g.strideHeight}; }`,
    end: `tapsX(layer) * tapsY(layer) * ${g.outChannels}`,
    a: `${tap}${pixel}
  let top = y + ${g.padTop} - kh;
  let left = x + ${g.padLeft} - kw;
  if (top < 0 || top >= ${g.outHeight * g.strideHeight} || left < 0 || left >= ${g.outWidth * g.strideWidth}) { return 0.0; }
  return outputGradient[((image * ${g.outHeight} + top / ${g.strideHeight}) * ${g.outWidth} + left / ${g.strideWidth}) * ${g.outChannels} + k - number * ${g.outChannels}];`,
    b: `${tap}
  return weights[((kh * ${g.kernelWidth} + kw) * ${g.inChannels} + column) * ${g.outChannels} + k - number * ${g.outChannels}];`,
    contiguous: { a: 'k', b: 'k' },
    store: `${pixel}
  if (y < ${g.inHeight} && x < ${g.inWidth}) {
    inputGradient[((image * ${g.inHeight} + y) * ${g.inWidth} + x) * ${g.inChannels} + column] = sum${scale === 1 ? '' : ` * ${float(scale)}`};
  }`,
  });
}

/** With stride 1 the gradient is a convolution of dy by the kernel turned around. */
function turnedWgsl({ geometry: g, scale = 1 }: ConvInputGradientOptions): Program {
  const lanes = lanesOf(g.inChannels);
  const T = vectorType(lanes);
  const taps = g.kernelHeight * g.kernelWidth;
  return registerTile({
    label: 'convInputGradient',
    geometry: {
      ...g,
      ...{ inHeight: g.outHeight, inWidth: g.outWidth, inChannels: g.outChannels },
      ...{ outHeight: g.inHeight, outWidth: g.inWidth, outChannels: g.inChannels },
      ...{ padTop: g.kernelHeight - 1 - g.padTop, padLeft: g.kernelWidth - 1 - g.padLeft },
    },
    bindings: `
@group(0) @binding(0) var<storage, read_write> inputGradient: array<${T}>;
@group(0) @binding(1) var<storage, read> input: array<f32>;
@group(0) @binding(2) var<storage, read> weights: array<f32>;`,
    weights: `column * ${lanes * g.outChannels} + i`,
    weight(tap, c) {
      const channel = (lane: number) =>
        `weights[weight + (${taps - 1} - ${tap}) * ${g.inChannels * g.outChannels} + ${(c * lanes + lane) * g.outChannels}]`;
      return `${T}(${Array.from({ length: lanes }, (_, lane) => channel(lane)).join(', ')})`;
    },
    store: (sum, c) => `inputGradient[to + ${c}] = ${scale === 1 ? '' : `${float(scale)} * `}${sum};`,
  });
}

function stridedWgsl({ geometry: g, scale = 1 }: ConvInputGradientOptions): Program {
  const inLanes = lanesOf(g.inChannels);
  const outLanes = lanesOf(g.outChannels);
  const inVectors = g.inChannels / inLanes;
  const outVectors = g.outChannels / outLanes;
  const In = vectorType(inLanes);
  const Out = vectorType(outLanes);
  const columns = divisorUpTo(inVectors, inLanes === 4 ? 2 : 4);
  const columnBlocks = inVectors / columns;
  const channels = columns * inLanes;
  const classHeight = ceilDivide(g.inHeight, g.strideHeight);
  const classWidth = ceilDivide(g.inWidth, g.strideWidth);
  const rows = g.batch * classHeight * classWidth;
  const [width, height] = workgroupOf(columnBlocks);
  const outSpanY = g.outHeight * g.strideHeight;
  const outSpanX = g.outWidth * g.strideWidth;

  const locate = (p: number) => `
  let row${p} = min(firstRow + ${p}, ${rows - 1});
  let image${p} = row${p} / ${classHeight * classWidth};
  let pixel${p} = row${p} - image${p} * ${classHeight * classWidth};
  let y${p} = (pixel${p} / ${classWidth}) * ${g.strideHeight} + classY;
  let x${p} = (pixel${p} % ${classWidth}) * ${g.strideWidth} + classX;
  ${unroll(channels, c => `var sum${p}_${c} = 0.0;`)}`;

  const tap = (p: number) => `
      let top${p} = y${p} + ${g.padTop} - kh;
      let left${p} = x${p} + ${g.padLeft} - kw;
      let inside${p} = top${p} >= 0 && top${p} < ${outSpanY} && left${p} >= 0 && left${p} < ${outSpanX};
      let from${p} = select(0, ((image${p} * ${g.outHeight} + top${p} / ${g.strideHeight}) * ${g.outWidth} + left${p} / ${g.strideWidth}) * ${outVectors}, inside${p});`;

  const product =
    outLanes === 4 ? (a: string, b: string) => `dot(${a}, ${b})` : (a: string, b: string) => `${a} * ${b}`;
  const value = (p: number, column: number) => {
    const sums = Array.from({ length: inLanes }, (_, lane) => `sum${p}_${column * inLanes + lane}`).join(
      ', ',
    );
    return `${scale === 1 ? '' : `${float(scale)} * `}${In}(${sums})`;
  };

  return {
    label: 'convInputGradient',
    workgroups: [
      ceilDivide(columnBlocks, width),
      ceilDivide(ceilDivide(rows, pixels), height),
      g.strideHeight * g.strideWidth,
    ],
    wgsl: `
@group(0) @binding(0) var<storage, read_write> inputGradient: array<${In}>;
@group(0) @binding(1) var<storage, read> outputGradient: array<${Out}>;
@group(0) @binding(2) var<storage, read> weights: array<${Out}>;
@compute @workgroup_size(${width}, ${height})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let firstColumn = i32(id.x) * ${columns};
  let firstRow = i32(id.y) * ${pixels};
  if (firstColumn >= ${inVectors} || firstRow >= ${rows}) { return; }
  let classY = i32(id.z) / ${g.strideWidth};
  let classX = i32(id.z) % ${g.strideWidth};
  ${unroll(pixels, locate)}
  for (var kh = (classY + ${g.padTop}) % ${g.strideHeight}; kh < ${g.kernelHeight}; kh += ${g.strideHeight}) {
    for (var kw = (classX + ${g.padLeft}) % ${g.strideWidth}; kw < ${g.kernelWidth}; kw += ${g.strideWidth}) {
      ${unroll(pixels, tap)}
      let weight = ((kh * ${g.kernelWidth} + kw) * ${g.inChannels} + firstColumn * ${inLanes}) * ${outVectors};
      for (var o = 0; o < ${outVectors}; o++) {
        ${unroll(pixels, p => `let d${p} = select(${Out}(), outputGradient[from${p} + o], inside${p});`)}
        ${unroll(
          channels,
          c => `let w${c} = weights[weight + ${c * outVectors} + o];
        ${unroll(pixels, p => `sum${p}_${c} += ${product(`d${p}`, `w${c}`)};`)}`,
        )}
      }
    }
  }
  ${unroll(
    pixels,
    p => `
  if (firstRow + ${p} < ${rows} && y${p} < ${g.inHeight} && x${p} < ${g.inWidth}) {
    let to = ((image${p} * ${g.inHeight} + y${p}) * ${g.inWidth} + x${p}) * ${inVectors} + firstColumn;
    ${unroll(columns, c => `inputGradient[to + ${c}] = ${value(p, c)};`)}
  }`,
  )}
}`,
  };
}

/** Buffers: dx `[batch, inHeight, inWidth, inChannels]`, dy, kernel. */
export const convInputGradient: Kernel<ConvInputGradientOptions> = {
  name: 'convInputGradient',
  wgsl(options) {
    if (options.tile === 'shared') return sharedWgsl(options);
    const { strideHeight, strideWidth } = options.geometry;
    return strideHeight === 1 && strideWidth === 1 ? turnedWgsl(options) : stridedWgsl(options);
  },
  sizes({ geometry }) {
    const { input, output, kernel } = convSizes(geometry);
    return { outputs: [input], inputs: [output, kernel] };
  },
  reference({ geometry, scale = 1 }, inputGradient, outputGradient, kernel) {
    const sums = new Float64Array(inputGradient.length);
    forEachProduct(geometry, (i, o, k) => {
      sums[i] = (sums[i] ?? 0) + (outputGradient[o] ?? 0) * (kernel[k] ?? 0);
    });
    inputGradient.set(sums.map(sum => sum * scale));
  },
  cases: [
    ...convCases.map(geometry => ({ geometry })),
    ...convCases.slice(1, 2).map(geometry => ({ geometry, scale: 0.17 })),
    ...sharedCases.map(geometry => ({ geometry, scale: 0.17, tile: 'shared' as const })),
  ],
};
