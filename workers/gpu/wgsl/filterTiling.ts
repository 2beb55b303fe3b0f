/**
 * @file Decides how the gradient of a convolution by its kernel is divided among threads: which numbers one thread
 * sums, and over which rows.
 */
import { type ConvGeometry, convSizes, isPointwise, leavesNoMap, windowOf } from './convGeometry';
import { ceilDivide, divisorUpTo, lanesOf, type TileFlavour } from './kernel';
import { limits, tileCost, vectorCost } from './tileCost';

/** One thread sums some taps × input channels × vectors of output channels, over some `pixels` of a row at a time. */
export interface FilterTiling {
  tapsHigh: number;
  tapsWide: number;
  inputs: number;
  columns: number;
  pixels: number;
}

/** The most pixels of a row at a time. With more, the loop's body is longer than the part that a CPU keeps decoded. */
const mostPixels = 5;

/** A 1×1 convolution reads no neighbours, so its pixels can be arranged in rows of a suitable width. */
export function rearranged(g: ConvGeometry): ConvGeometry {
  if (!isPointwise(g)) return g;
  const pixels = g.batch * g.inHeight * g.inWidth;
  const width = divisorUpTo(pixels, mostPixels);
  const height = pixels / width;
  return { ...g, batch: 1, inHeight: height, outHeight: height, inWidth: width, outWidth: width };
}

/** Returns the tiling with the lowest cost. */
export function tilingOf(g: ConvGeometry, quads: boolean): FilterTiling {
  const { inChannels, outChannels, outWidth, kernelHeight, kernelWidth } = g;
  const lanes = lanesOf(outChannels);
  const limit = quads ? limits.quads : limits.alone;
  const { load, mask, carry, compile } = tileCost;
  const mapCost = load + (leavesNoMap(g) ? 0 : mask);
  const tapsWide = kernelWidth <= 9 ? kernelWidth : 1;
  const tapsHigh = kernelHeight * tapsWide <= 9 ? kernelHeight : 1;
  const taps = tapsHigh * tapsWide;
  let best: FilterTiling = { tapsHigh, tapsWide, inputs: 1, columns: 1, pixels: 1 };
  let least = Number.POSITIVE_INFINITY;
  for (const inputs of [1, 2, 3, 4, 6, 8])
    for (const columns of [1, 2, 3, 4, 5, 6, 8])
      for (let pixels = 1; pixels <= Math.min(mostPixels, outWidth); pixels++) {
        if (inChannels % inputs > 0 || (outChannels / lanes) % columns > 0) continue;
        const sums = taps * inputs * columns;
        if (inputs * columns * pixels > 1 && (sums > limit.sums || sums * pixels > limit.body)) continue;
        const bodyOf = (count: number) =>
          tapsHigh * windowOf(count, tapsWide, g.strideWidth).length * inputs * mapCost +
          count * columns * vectorCost(quads, lanes) +
          (carry + count) * sums * lanes;
        const rest = outWidth % pixels;
        const row = Math.floor(outWidth / pixels) * bodyOf(pixels) + (rest > 0 ? bodyOf(rest) : 0);
        // An idle thread of a quad takes as long as a busy one.
        const blocks = inChannels / inputs;
        const idle = quads ? (ceilDivide(blocks, 4) * 4) / blocks : 1;
        const threads = (convSizes(g).kernel / (sums * lanes)) * idle;
        const cost = threads * rowsOf(g) * row + compile * (pixels + rest) * sums * lanes;
        if (cost < least) [least, best] = [cost, { tapsHigh, tapsWide, inputs, columns, pixels }];
      }
  return best;
}

export const rowsOf = ({ batch, outHeight }: Pick<ConvGeometry, 'batch' | 'outHeight'>): number =>
  batch * outHeight;

/** Whether quads are used. They share vectors of dy, so its channels must be a multiple of four. */
export const inQuads = ({ outChannels }: ConvGeometry, tile: TileFlavour): boolean =>
  tile === 'quads' && lanesOf(outChannels) === 4;

/** Returns a number of parts near `wanted`, such that none of them is empty when `rows` rows are split. */
function evenSplits(rows: number, wanted: number): number {
  const splits = Math.max(1, Math.min(rows, Math.round(wanted)));
  return ceilDivide(rows, ceilDivide(rows, splits));
}

/**
 * Returns the number of parts that gives about `threads` threads. Each part has at least one row. A workgroup of a
 * shared-memory tile has 256 threads and computes 64 × 64 products.
 */
export function filterGradientSplits(
  geometry: ConvGeometry,
  threads: number,
  tile: TileFlavour = 'registers',
): number {
  if (tile === 'shared') {
    const { kernelHeight, kernelWidth, inChannels, outChannels } = geometry;
    const tiles = ceilDivide(kernelHeight * kernelWidth * inChannels, 64) * ceilDivide(outChannels, 64);
    return evenSplits(rowsOf(geometry), (4 * threads) / (256 * tiles));
  }
  const g = rearranged(geometry);
  const { tapsHigh, tapsWide, inputs, columns } = tilingOf(g, inQuads(g, tile));
  const { kernel } = convSizes(g);
  const sums = tapsHigh * tapsWide * inputs * columns * lanesOf(g.outChannels);
  return evenSplits(rowsOf(g), threads / (kernel / sums));
}
