/** @file The sizes of one 2-D convolution, in TensorFlow's conventions: NHWC maps, HWIO kernels, no dilation. */

export interface ConvGeometry {
  batch: number;
  inHeight: number;
  inWidth: number;
  inChannels: number;
  outHeight: number;
  outWidth: number;
  outChannels: number;
  kernelHeight: number;
  kernelWidth: number;
  strideHeight: number;
  strideWidth: number;
  /** Zero rows above the map and zero columns left of it. Those below and right follow from the output's size. */
  padTop: number;
  padLeft: number;
}

export function convSizes(g: ConvGeometry): { input: number; output: number; kernel: number } {
  return {
    input: g.batch * g.inHeight * g.inWidth * g.inChannels,
    output: g.batch * g.outHeight * g.outWidth * g.outChannels,
    kernel: g.kernelHeight * g.kernelWidth * g.inChannels * g.outChannels,
  };
}

/** Returns the places of the window that at least one pixel of the patch reads. */
export function windowOf(pixels: number, taps: number, stride: number): number[] {
  const places = new Set<number>();
  for (let p = 0; p < pixels; p++) for (let k = 0; k < taps; k++) places.add(p * stride + k);
  return [...places].sort((a, b) => a - b);
}

/**
 * True if no tap of a pixel leaves the map. Then no load needs a mask, because results of a patch's pixels beyond the
 * map are not stored.
 */
export const leavesNoMap = (g: ConvGeometry): boolean =>
  g.padTop === 0 &&
  g.padLeft === 0 &&
  (g.outHeight - 1) * g.strideHeight + g.kernelHeight <= g.inHeight &&
  (g.outWidth - 1) * g.strideWidth + g.kernelWidth <= g.inWidth;

/** True if each pixel of the output depends only on the input pixel at the same place. */
export const isPointwise = (g: ConvGeometry): boolean =>
  g.kernelHeight * g.kernelWidth * g.strideHeight * g.strideWidth === 1 &&
  g.padTop + g.padLeft === 0 &&
  g.inHeight === g.outHeight &&
  g.inWidth === g.outWidth;

/**
 * Visits every multiply-add of the convolution as indices into input, output and kernel. The three directions use this
 * one loop and differ only in the array that they add to.
 */
export function forEachProduct(
  g: ConvGeometry,
  visit: (input: number, output: number, kernel: number) => void,
): void {
  for (let b = 0; b < g.batch; b++)
    for (let oy = 0; oy < g.outHeight; oy++)
      for (let ox = 0; ox < g.outWidth; ox++)
        for (let kh = 0; kh < g.kernelHeight; kh++)
          for (let kw = 0; kw < g.kernelWidth; kw++) {
            const y = oy * g.strideHeight + kh - g.padTop;
            const x = ox * g.strideWidth + kw - g.padLeft;
            if (y < 0 || y >= g.inHeight || x < 0 || x >= g.inWidth) continue;
            const input = ((b * g.inHeight + y) * g.inWidth + x) * g.inChannels;
            const output = ((b * g.outHeight + oy) * g.outWidth + ox) * g.outChannels;
            const kernel = (kh * g.kernelWidth + kw) * g.inChannels * g.outChannels;
            for (let i = 0; i < g.inChannels; i++)
              for (let o = 0; o < g.outChannels; o++)
                visit(input + i, output + o, kernel + i * g.outChannels + o);
          }
}

/**
 * Returns the sizes by TensorFlow's SAME or VALID. With SAME and odd padding, the extra row or column is below or
 * right.
 */
export function convGeometry(
  [batch, inHeight, inWidth, inChannels]: readonly [number, number, number, number],
  [kernelHeight, kernelWidth, outChannels]: readonly [number, number, number],
  stride: number,
  padding: 'same' | 'valid',
): ConvGeometry {
  const out = (side: number, kernel: number) =>
    padding === 'same' ? Math.ceil(side / stride) : Math.floor((side - kernel) / stride) + 1;
  const pad = (side: number, kernel: number) =>
    padding === 'same' ? Math.max(0, (out(side, kernel) - 1) * stride + kernel - side) >> 1 : 0;
  return {
    ...{ batch, inHeight, inWidth, inChannels, outChannels, kernelHeight, kernelWidth },
    ...{ outHeight: out(inHeight, kernelHeight), outWidth: out(inWidth, kernelWidth) },
    ...{ strideHeight: stride, strideWidth: stride },
    ...{ padTop: pad(inHeight, kernelHeight), padLeft: pad(inWidth, kernelWidth) },
  };
}

/**
 * Edge cases of the tiling: odd sizes, channels off the vector width, 1×1 maps, strides, kernels wider than the map.
 */
export const convCases: readonly ConvGeometry[] = [
  convGeometry([2, 9, 7, 3], [3, 3, 8], 2, 'same'),
  convGeometry([1, 8, 8, 8], [3, 3, 12], 1, 'valid'),
  convGeometry([3, 5, 6, 4], [3, 2, 5], 2, 'valid'),
  convGeometry([5, 1, 1, 16], [1, 1, 8], 1, 'same'),
  convGeometry([2, 1, 3, 5], [3, 3, 7], 2, 'same'),
  convGeometry([1, 6, 5, 12], [1, 7, 4], 1, 'same'),
  convGeometry([2, 7, 7, 20], [1, 1, 24], 3, 'valid'),
];

/**
 * Layers that are small enough for a test are too small for the tiles of real layers, so these cases name their tile.
 * They cover patches that are cut off at the map's edges, rows whose width is not a multiple of the tile's, several
 * columns, four input channels that are loaded together, and idle threads.
 */
export const largeTiles = [
  {
    geometry: convGeometry([2, 7, 9, 8], [3, 3, 24], 1, 'same'),
    patch: { height: 2, width: 4, columns: 2, inputs: 1 },
    tiling: { tapsHigh: 3, tapsWide: 3, inputs: 2, columns: 2, pixels: 4 },
  },
  {
    geometry: convGeometry([1, 12, 15, 24], [3, 3, 16], 2, 'valid'),
    patch: { height: 3, width: 2, columns: 2, inputs: 2 },
    tiling: { tapsHigh: 3, tapsWide: 3, inputs: 1, columns: 4, pixels: 5 },
  },
  {
    geometry: convGeometry([3, 5, 5, 16], [1, 1, 16], 1, 'same'),
    patch: { height: 1, width: 8, columns: 2, inputs: 8 },
    tiling: { tapsHigh: 1, tapsWide: 1, inputs: 4, columns: 4, pixels: 3 },
  },
] as const;

/** Cases for shared-memory tiles: several tiles in every direction, none of them full, and a stride. */
export const sharedCases: readonly ConvGeometry[] = [
  convGeometry([2, 9, 7, 3], [3, 3, 70], 2, 'same'),
  convGeometry([1, 9, 8, 8], [3, 3, 12], 1, 'valid'),
  convGeometry([3, 5, 6, 5], [3, 2, 7], 2, 'valid'),
];
