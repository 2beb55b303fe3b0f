/**
 * @file Max pooling that stores, in one byte for each value, which tap of its window won. The gradient then needs
 * neither input nor output. The first of equal taps wins, and padding never wins.
 */

import { type ConvGeometry, convGeometry, leavesNoMap } from '../../wgsl/convGeometry';
import { ceilDivide, flatGrid, flatMain, type Kernel, lanesOf, unroll, vectorType } from '../../wgsl/kernel';

/** A window has the sizes of a convolution, with `outChannels` = `inChannels` and at most 255 taps. */
export type PoolGeometry = ConvGeometry;

export const poolCases: readonly PoolGeometry[] = [
  convGeometry([2, 9, 7, 8], [3, 3, 8], 2, 'valid'),
  convGeometry([1, 6, 5, 5], [3, 3, 5], 2, 'same'),
  convGeometry([3, 1, 2, 4], [3, 3, 4], 2, 'same'),
];

/** Finds the winner's input element (for channel 0) and its tap with a plain loop. */
function winner(g: PoolGeometry, o: number, input: ArrayLike<number>): { at: number; tap: number } {
  const channel = o % g.outChannels;
  const pixel = Math.floor(o / g.outChannels);
  const ox = pixel % g.outWidth;
  const oy = Math.floor(pixel / g.outWidth) % g.outHeight;
  const image = Math.floor(pixel / (g.outWidth * g.outHeight));
  let best: { at: number; tap: number } | null = null;
  for (let kh = 0; kh < g.kernelHeight; kh++)
    for (let kw = 0; kw < g.kernelWidth; kw++) {
      const y = oy * g.strideHeight + kh - g.padTop;
      const x = ox * g.strideWidth + kw - g.padLeft;
      if (y < 0 || y >= g.inHeight || x < 0 || x >= g.inWidth) continue;
      const at = ((image * g.inHeight + y) * g.inWidth + x) * g.inChannels + channel;
      if (!best || (input[at] ?? 0) > (input[best.at] ?? 0)) best = { at, tap: kh * g.kernelWidth + kw };
    }
  return best ?? { at: 0, tap: 0 };
}

/** The number of elements of the taps' buffer. An element holds four taps if channels are read as vectors, else one. */
export const tapCount = (g: PoolGeometry): number =>
  (g.batch * g.outHeight * g.outWidth * g.outChannels) / lanesOf(g.outChannels);

/** Buffers: output `[batch, outHeight, outWidth, channels]`, taps (u32, `tapCount`), input. */
export const maxPool: Kernel<PoolGeometry> = {
  name: 'maxPool',
  wgsl(g) {
    const lanes = lanesOf(g.inChannels);
    const vectors = g.inChannels / lanes;
    const T = vectorType(lanes);
    const Tap = lanes === 4 ? 'vec4<u32>' : 'u32';
    const threads = g.batch * g.outHeight * g.outWidth * vectors;
    const compare = (kh: string, kw: string) => `
  {
    let value = input[((image * ${g.inHeight} + top + ${kh}) * ${g.inWidth} + left + ${kw}) * ${vectors} + c];
    let larger = value > best;
    best = select(best, value, larger);
    tap = select(tap, ${Tap}(u32(${kh} * ${g.kernelWidth} + ${kw})), larger);
  }`;
    // A loop costs a CPU more than the comparison in it. Where padding cuts windows off, their bounds differ.
    const taps = leavesNoMap(g)
      ? unroll(g.kernelHeight, kh => unroll(g.kernelWidth, kw => compare(`${kh}`, `${kw}`)))
      : `for (var kh = kh0; kh < min(${g.kernelHeight}, ${g.inHeight} - top); kh++) {
    for (var kw = kw0; kw < min(${g.kernelWidth}, ${g.inWidth} - left); kw++) { ${compare('kh', 'kw')} }
  }`;
    return {
      label: 'maxPool',
      workgroups: flatGrid(threads),
      wgsl: `
@group(0) @binding(0) var<storage, read_write> output: array<${T}>;
@group(0) @binding(1) var<storage, read_write> taps: array<u32>;
@group(0) @binding(2) var<storage, read> input: array<${T}>;
${flatMain(threads)}
  let c = i % ${vectors};
  let pixel = i / ${vectors};
  let top = (pixel / ${g.outWidth} % ${g.outHeight}) * ${g.strideHeight} - ${g.padTop};
  let left = (pixel % ${g.outWidth}) * ${g.strideWidth} - ${g.padLeft};
  let image = pixel / ${g.outWidth * g.outHeight};
  let kh0 = max(0, -top);
  let kw0 = max(0, -left);
  var best = input[((image * ${g.inHeight} + top + kh0) * ${g.inWidth} + left + kw0) * ${vectors} + c];
  var tap = ${Tap}(u32(kh0 * ${g.kernelWidth} + kw0));
  ${taps}
  output[i] = best;
  taps[i] = ${lanes === 4 ? 'tap.x | (tap.y << 8u) | (tap.z << 16u) | (tap.w << 24u)' : 'tap'};
}`,
    };
  },
  sizes: g => ({
    outputs: [g.batch * g.outHeight * g.outWidth * g.outChannels, tapCount(g)],
    inputs: [g.batch * g.inHeight * g.inWidth * g.inChannels],
  }),
  reference(g, output, taps, input) {
    const bytes = output.length / taps.length;
    taps.fill(0);
    for (let o = 0; o < output.length; o++) {
      const { at, tap } = winner(g, o, input ?? []);
      output[o] = input?.[at] ?? 0;
      const word = Math.floor(o / bytes);
      taps[word] = (taps[word] ?? 0) | (tap << (8 * (o % bytes)));
    }
  },
  integers: [1],
  cases: poolCases,
};

/**
 * Buffers: dx `[batch, inHeight, inWidth, channels]`, dy, taps. A pixel gathers from the windows it lies in, without
 * atomics. A thread has as many pixels as the stride moves a window by, because they lie in the same windows.
 */
export const maxPoolGradient: Kernel<PoolGeometry> = {
  name: 'maxPoolGradient',
  wgsl(g) {
    const lanes = lanesOf(g.inChannels);
    const vectors = g.inChannels / lanes;
    const T = vectorType(lanes);
    const blocksHigh = ceilDivide(g.inHeight + g.padTop, g.strideHeight);
    const blocksWide = ceilDivide(g.inWidth + g.padLeft, g.strideWidth);
    const threads = g.batch * blocksHigh * blocksWide * vectors;
    const eachPixel = (f: (y: number, x: number) => string) =>
      unroll(g.strideHeight, y => unroll(g.strideWidth, x => f(y, x)));
    /** Adds the window that is `up` and `left` before the block's own. */
    const add = (up: number, left: number) => `
  {
    let oy = blockY - ${up};
    let ox = blockX - ${left};
    let inside = oy >= 0 && oy < ${g.outHeight} && ox >= 0 && ox < ${g.outWidth};
    let at = ((image * ${g.outHeight} + oy) * ${g.outWidth} + ox) * ${vectors} + c;
    // No tap has the number 255.
    let word = select(0xffffffffu, taps[at], inside);
    let won = ${lanes === 4 ? '(vec4<u32>(word) >> vec4<u32>(0u, 8u, 16u, 24u)) & vec4<u32>(255u)' : 'word & 255u'};
    let gradient = dy[at];
    ${eachPixel((y, x) => {
      const [kh, kw] = [y + up * g.strideHeight, x + left * g.strideWidth];
      if (kh >= g.kernelHeight || kw >= g.kernelWidth) return '';
      const tap = `${kh * g.kernelWidth + kw}u`;
      return `sum${y}_${x} += select(${T}(), gradient, won == ${lanes === 4 ? `vec4<u32>(${tap})` : tap});`;
    })}
  }`;
    const before = (kernel: number, stride: number) => ceilDivide(kernel, stride);
    return {
      label: 'maxPoolGradient',
      workgroups: flatGrid(threads),
      wgsl: `
@group(0) @binding(0) var<storage, read_write> dx: array<${T}>;
@group(0) @binding(1) var<storage, read> dy: array<${T}>;
@group(0) @binding(2) var<storage, read> taps: array<u32>;
${flatMain(threads)}
  let c = i % ${vectors};
  let block = i / ${vectors};
  let blockX = block % ${blocksWide};
  let blockY = block / ${blocksWide} % ${blocksHigh};
  let image = block / ${blocksWide * blocksHigh};
  ${eachPixel((y, x) => `var sum${y}_${x} = ${T}();`)}
  ${unroll(before(g.kernelHeight, g.strideHeight), up => unroll(before(g.kernelWidth, g.strideWidth), left => add(up, left)))}
  let firstY = blockY * ${g.strideHeight} - ${g.padTop};
  let firstX = blockX * ${g.strideWidth} - ${g.padLeft};
  let to = ((image * ${g.inHeight} + firstY) * ${g.inWidth} + firstX) * ${vectors} + c;
  ${eachPixel(
    (y, x) => `
  if (firstY + ${y} >= 0 && firstY + ${y} < ${g.inHeight} && firstX + ${x} >= 0 && firstX + ${x} < ${g.inWidth}) {
    dx[to + ${(y * g.inWidth + x) * vectors}] = sum${y}_${x};
  }`,
  )}
}`,
    };
  },
  sizes: g => ({
    outputs: [g.batch * g.inHeight * g.inWidth * g.inChannels],
    inputs: [g.batch * g.outHeight * g.outWidth * g.outChannels, tapCount(g)],
  }),
  reference(g, dx, dy, taps) {
    const bytes = (dy?.length ?? 0) / (taps?.length ?? 1);
    dx.fill(0);
    for (let o = 0; o < (dy?.length ?? 0); o++) {
      const tap = ((taps?.[Math.floor(o / bytes)] ?? 0) >> (8 * (o % bytes))) & 255;
      const pixel = Math.floor(o / g.outChannels);
      const y =
        (Math.floor(pixel / g.outWidth) % g.outHeight) * g.strideHeight -
        g.padTop +
        Math.floor(tap / g.kernelWidth);
      const x = (pixel % g.outWidth) * g.strideWidth - g.padLeft + (tap % g.kernelWidth);
      const image = Math.floor(pixel / (g.outWidth * g.outHeight));
      const at = ((image * g.inHeight + y) * g.inWidth + x) * g.inChannels + (o % g.outChannels);
      dx[at] = (dx[at] ?? 0) + (dy?.[o] ?? 0);
    }
  },
  example(g) {
    const { outputs, inputs } = maxPool.sizes(g);
    const input = Float32Array.from({ length: inputs[0] ?? 0 }, (_, i) => Math.sin(5.3 * i));
    const output = new Float32Array(outputs[0] ?? 0);
    const taps = new Int32Array(outputs[1] ?? 0);
    maxPool.reference(g, output, taps, input);
    return [output.map((_, o) => Math.cos(2.7 * o)), taps];
  },
  cases: poolCases,
};
