/**
 * @file Gradient of a convolution by its input, dx = dy ∗ᵀ kernel, as a register tile, with or without quads, or as a
 * shared-memory tile. With stride s a pixel meets only the taps of its own remainder modulo s. So that no tap is
 * wasted, a register tile computes the pixels of one remainder, and a shared-memory tile has the remainders in the
 * grid's z.
 */

import {
  type ConvGeometry,
  convCases,
  convSizes,
  forEachProduct,
  largeTiles,
  sharedCases,
} from '../../wgsl/convGeometry';
import {
  ceilDivide,
  float,
  type Kernel,
  lanesOf,
  type Program,
  type TileFlavour,
  vectorType,
} from '../../wgsl/kernel';
import type { Patch } from '../../wgsl/patch';
import { registerTile } from '../../wgsl/registerTile';
import { sharedTile } from '../../wgsl/sharedTile';

export interface ConvInputGradientOptions {
  geometry: ConvGeometry;
  /** Multiplies the gradient. */
  scale?: number;
  /**
   * For a register tile only. A dispatch computes the pixels with this y modulo the stride's height and x modulo its
   * width. Every other remainder needs a dispatch of its own (`remaindersOf`). The default is 0 for both.
   */
  remainder?: readonly [number, number];
  /** The flavour of the tile. The default is `registers`. */
  tile?: TileFlavour;
  /** The patch of a register tile or quads. The default is the one with the lowest cost. */
  patch?: Patch;
  /** Makes the shared tile store four channels at a time. The other tiles do so whenever they can. */
  vectors?: boolean;
}

/**
 * Pixels of one remainder are a class. Each class is a layer, each of its pixels is a row, and each input channel is a
 * column. k runs over the class's taps, then over dy's channels.
 */
function sharedWgsl({ geometry: g, scale = 1, vectors = false }: ConvInputGradientOptions): Program {
  const lanes = vectors ? lanesOf(g.inChannels) : 1;
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
@group(0) @binding(0) var<storage, read_write> inputGradient: array<${vectorType(lanes)}>;
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
    inputGradient[((image * ${g.inHeight} + y) * ${g.inWidth} + x) * ${g.inChannels / lanes} + ${lanes === 4 ? 'column / 4' : 'column'}] = sum${scale === 1 ? '' : ` * ${float(scale)}`};
  }`,
    lanes,
  });
}

/** Returns the taps that pixels of one remainder meet along one axis, and where the first of these lies in dy. */
function axisOf(side: number, kernel: number, stride: number, pad: number, remainder: number) {
  const first = (remainder + pad) % stride;
  const taps = Math.max(0, ceilDivide(kernel - first, stride));
  return {
    taps,
    pixels: Math.max(0, ceilDivide(side - remainder, stride)),
    pad: taps - 1 - (remainder + pad - first) / stride,
    /** Returns the kernel's row or column of tap `k`. Both are expressions. The kernel is turned around. */
    kernelAt: (k: string) => `(${first} + (${taps - 1} - ${k}) * ${stride})`,
  };
}

/** The pixels of one remainder are a convolution of dy, with stride 1, with the taps that they meet. */
function registerWgsl({
  geometry: g,
  scale = 1,
  remainder = [0, 0],
  tile,
  patch,
}: ConvInputGradientOptions): Program {
  const T = vectorType(lanesOf(g.inChannels));
  const [offsetY, offsetX] = remainder;
  const vertical = axisOf(g.inHeight, g.kernelHeight, g.strideHeight, g.padTop, offsetY);
  const horizontal = axisOf(g.inWidth, g.kernelWidth, g.strideWidth, g.padLeft, offsetX);
  const everyPixel = g.strideHeight === 1 && g.strideWidth === 1;
  return registerTile({
    label: 'convInputGradient',
    geometry: {
      ...{ batch: g.batch, inHeight: g.outHeight, inWidth: g.outWidth, inChannels: g.outChannels },
      ...{ outHeight: vertical.pixels, outWidth: horizontal.pixels, outChannels: g.inChannels },
      ...{ kernelHeight: vertical.taps, kernelWidth: horizontal.taps, strideHeight: 1, strideWidth: 1 },
      ...{ padTop: vertical.pad, padLeft: horizontal.pad },
    },
    bindings: (input, weights) => `
@group(0) @binding(0) var<storage, read_write> inputGradient: array<${T}>;
@group(0) @binding(1) var<storage, read> input: array<${input}>;
@group(0) @binding(2) var<storage, read> weights: array<${weights}>;`,
    strides: { tap: g.inChannels * g.outChannels, input: 1, output: g.outChannels },
    tap: (ky, kx) => `(${vertical.kernelAt(ky)} * ${g.kernelWidth} + ${horizontal.kernelAt(kx)})`,
    ...(everyPixel
      ? {}
      : {
          pixel: (y: string, x: string) =>
            `(image * ${g.inHeight} + ${y} * ${g.strideHeight} + ${offsetY}) * ${g.inWidth} + ${x} * ${g.strideWidth} + ${offsetX}`,
        }),
    store: (sum, c) => `inputGradient[to + ${c}] = ${scale === 1 ? '' : `${float(scale)} * `}${sum};`,
    patch,
    quads: tile === 'quads',
  });
}

/** Returns the remainders that need a dispatch each. A shared-memory tile needs one, with all remainders in z. */
export function remaindersOf({
  strideHeight,
  strideWidth,
  inHeight,
  inWidth,
}: ConvGeometry): [number, number][] {
  const rows = Array.from({ length: Math.min(strideHeight, inHeight) }, (_, y) => y);
  const columns = Array.from({ length: Math.min(strideWidth, inWidth) }, (_, x) => x);
  return rows.flatMap(y => columns.map((x): [number, number] => [y, x]));
}

/** Buffers: dx `[batch, inHeight, inWidth, inChannels]`, dy, kernel. */
export const convInputGradient: Kernel<ConvInputGradientOptions> = {
  name: 'convInputGradient',
  wgsl: options => (options.tile === 'shared' ? sharedWgsl(options) : registerWgsl(options)),
  sizes({ geometry }) {
    const { input, output, kernel } = convSizes(geometry);
    return { outputs: [input], inputs: [output, kernel] };
  },
  reference(options, inputGradient, outputGradient, kernel) {
    const { geometry, scale = 1, remainder = [0, 0], tile } = options;
    const { inWidth, inHeight, inChannels, strideHeight, strideWidth } = geometry;
    const sums = new Float64Array(inputGradient.length);
    forEachProduct(geometry, (i, o, k) => {
      sums[i] = (sums[i] ?? 0) + (outputGradient[o] ?? 0) * (kernel[k] ?? 0);
    });
    for (let i = 0; i < sums.length; i++) {
      const pixel = Math.floor(i / inChannels);
      const y = Math.floor(pixel / inWidth) % inHeight;
      const mine = y % strideHeight === remainder[0] && (pixel % inWidth) % strideWidth === remainder[1];
      if (mine || tile === 'shared') inputGradient[i] = (sums[i] ?? 0) * scale;
    }
  },
  cases: [
    ...convCases.flatMap(geometry => remaindersOf(geometry).map(remainder => ({ geometry, remainder }))),
    ...convCases
      .slice(1)
      .flatMap(geometry =>
        remaindersOf(geometry).map(remainder => ({ geometry, remainder, tile: 'quads' as const })),
      ),
    ...convCases.slice(1, 2).map(geometry => ({ geometry, scale: 0.17 })),
    ...largeTiles.flatMap(({ geometry, patch }) =>
      (['registers', 'quads'] as const).map(tile => ({ geometry, tile, patch })),
    ),
    ...sharedCases.map(geometry => ({ geometry, scale: 0.17, tile: 'shared' as const })),
    ...sharedCases.slice(0, 1).map(geometry => ({
      geometry: { ...geometry, inChannels: 68 },
      scale: 0.17,
      tile: 'shared' as const,
      vectors: true,
    })),
  ],
};
