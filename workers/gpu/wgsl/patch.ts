/** @file The patch of pixels and channels that one thread of a register tile computes. */
import { type ConvGeometry, leavesNoMap, windowOf } from './convGeometry';
import { ceilDivide, lanesOf } from './kernel';
import { quadGroup } from './quads';
import { limits, tileCost, vectorCost } from './tileCost';

/** The pixels and channels that one thread computes. */
export interface Patch {
  /** Height and width are in pixels. */
  height: number;
  width: number;
  /** The number of vectors of output channels. It divides the number of all vectors. */
  columns: number;
  /** The number of input channels in the loop's body. It divides the number of all input channels. */
  inputs: number;
}

/** Returns the taps in the loop's body, as rows and columns. Larger kernels loop over rows of taps, or over taps. */
export function unrolledTaps({ kernelHeight, kernelWidth }: ConvGeometry): readonly [number, number] {
  if (kernelHeight * kernelWidth <= 9) return [kernelHeight, kernelWidth];
  return kernelWidth <= 9 ? [1, kernelWidth] : [1, 1];
}

/** Returns the patch with the lowest cost. Loads, sums and unused pixels at the map's edges all count. */
export function patchOf(g: ConvGeometry, quads: boolean): Patch {
  const lanes = lanesOf(g.outChannels);
  const vectors = g.outChannels / lanes;
  const [tapsHigh, tapsWide] = unrolledTaps(g);
  const limit = quads ? limits.quads : limits.alone;
  const { load, mask, carry, compile } = tileCost;
  const mapCost = load + (leavesNoMap(g) ? 0 : mask);
  let best: Patch = { height: 1, width: 1, columns: 1, inputs: 1 };
  let least = Number.POSITIVE_INFINITY;
  for (const inputs of [1, 2, 3, 4, 6, 8].filter(count => g.inChannels % count === 0))
    for (const columns of [1, 2, 3, 4, 5, 6, 8].filter(count => vectors % count === 0))
      for (let height = 1; height <= 4; height++)
        for (let width = 1; width <= (height === 1 ? 8 : 4); width++) {
          const sums = height * width * columns;
          const taps = tapsHigh * tapsWide * inputs;
          if (sums * inputs > 1 && (sums > limit.sums || sums * taps > limit.body || taps > 9)) continue;
          const blocks = g.batch * ceilDivide(g.outHeight, height) * ceilDivide(g.outWidth, width);
          const group = quads ? quadGroup(blocks) : 1;
          const threads = ceilDivide(blocks, group) * group * (vectors / columns);
          const window =
            windowOf(height, tapsHigh, g.strideHeight).length *
            windowOf(width, tapsWide, g.strideWidth).length;
          const products = taps * sums * lanes;
          const body =
            window * inputs * mapCost +
            taps * columns * vectorCost(quads, lanes) +
            carry * sums * lanes +
            products;
          const cost = Math.max(threads, limit.threads) * (g.inChannels / inputs) * body + compile * products;
          if (cost < least) [least, best] = [cost, { height, width, columns, inputs }];
        }
  return best;
}
