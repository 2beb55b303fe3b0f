/**
 * @file A convolution as a register tile: one thread computes a patch of pixels × one or more vectors of channels. It
 * goes through the input channels one by one and holds the window under its patch in registers while it visits the
 * taps, so that a number of the map is loaded once for all taps and a weight once for all pixels. No barriers: adapters
 * that run on the CPU want this, where loads take most of the time (`loadCost`).
 */
import type { ConvGeometry } from './convGeometry';
import { ceilDivide, lanesOf, loadCost, type Program, unroll, vectorType, workgroupOf } from './kernel';

export interface RegisterTile {
  label: string;
  /** Of what is computed: the gradient by the input is the convolution of dy. */
  geometry: ConvGeometry;
  /** Declarations, `input` and `weights` among them; `input` must be an `array<f32>`. */
  bindings: string;
  /** Where the weights of input channel `i` begin for the thread's first vector of channels, `column`. */
  weights: string;
  /** The vector of weights of vector `column + c` and a tap, whose row and column are given as expressions. */
  weight(ky: string, kx: string, c: number): string;
  /** Where the pixel `y`, `x` of image `image` lies in the output; row by row if left out. */
  pixel?: (y: string, x: string) => string;
  /** Statements that store vector `column + c` of a pixel: `to` = index of the pixel's vector `column`, `sum` = its value. */
  store(sum: string, c: number): string;
}

interface Patch {
  height: number;
  width: number;
  /** Vectors of channels. */
  columns: number;
}

/** A thread's sums beyond this, and a compiler may take half a minute to find them registers. */
const mostVectors = 18;
/** Multiply-adds of vectors in the loop's body: more take seconds to compile. */
const longestBody = 162;
/** Fewer threads leave some of a device idle. */
const fewThreads = 512;

/** The taps a loop's body holds; larger kernels loop over rows of taps, or over taps. */
function unrolledTaps({ kernelHeight, kernelWidth }: ConvGeometry): readonly [number, number] {
  if (kernelHeight * kernelWidth <= 9) return [kernelHeight, kernelWidth];
  return kernelWidth <= 9 ? [1, kernelWidth] : [1, 1];
}

/** Places of a window that some pixel of the patch meets. */
function windowOf(pixels: number, taps: number, stride: number): number[] {
  const places = new Set<number>();
  for (let p = 0; p < pixels; p++) for (let k = 0; k < taps; k++) places.add(p * stride + k);
  return [...places].sort((a, b) => a - b);
}

/** The patch that costs least, by its loads and by the pixels it computes in vain at the map's edges. */
function patchOf(g: ConvGeometry): Patch {
  const lanes = lanesOf(g.outChannels);
  const vectors = g.outChannels / lanes;
  const [tapsHigh, tapsWide] = unrolledTaps(g);
  const taps = tapsHigh * tapsWide;
  let best: Patch = { height: 1, width: 1, columns: 1 };
  let least = Number.POSITIVE_INFINITY;
  for (const columns of [1, 2, 3, 4].filter(count => vectors % count === 0))
    for (let height = 1; height <= 4; height++)
      for (let width = 1; width <= (height === 1 ? 8 : 4); width++) {
        const sums = height * width * columns;
        if (sums > 1 && (sums > mostVectors || sums * taps > longestBody)) continue;
        const blocks = ceilDivide(g.outHeight, height) * ceilDivide(g.outWidth, width);
        const threads = g.batch * blocks * (vectors / columns);
        const window =
          windowOf(height, tapsHigh, g.strideHeight).length * windowOf(width, tapsWide, g.strideWidth).length;
        const loads = window + taps * columns * lanes;
        const cost = Math.max(threads, fewThreads) * (loadCost * loads + taps * sums * lanes);
        if (cost < least) [least, best] = [cost, { height, width, columns }];
      }
  return best;
}

/** A 1×1 convolution has no neighbours: all pixels of all images lie in one row. */
function flattened(g: ConvGeometry): ConvGeometry {
  const pointwise = g.kernelHeight * g.kernelWidth * g.strideHeight * g.strideWidth === 1;
  if (!pointwise || g.padTop + g.padLeft > 0 || g.inHeight !== g.outHeight || g.inWidth !== g.outWidth)
    return g;
  const pixels = g.batch * g.inHeight * g.inWidth;
  return { ...g, batch: 1, inHeight: 1, outHeight: 1, inWidth: pixels, outWidth: pixels };
}

export function registerTile(tile: RegisterTile): Program {
  const g = tile.pixel ? tile.geometry : flattened(tile.geometry);
  const { height, width, columns } = patchOf(g);
  const lanes = lanesOf(g.outChannels);
  const T = vectorType(lanes);
  const vectors = g.outChannels / lanes;
  const blocksHigh = ceilDivide(g.outHeight, height);
  const blocksWide = ceilDivide(g.outWidth, width);
  const blocks = g.batch * blocksHigh * blocksWide;
  const columnBlocks = vectors / columns;
  const [groupWidth, groupHeight] = workgroupOf(columnBlocks);
  const [tapsHigh, tapsWide] = unrolledTaps(g);
  const rows = windowOf(height, tapsHigh, g.strideHeight);
  const places = windowOf(width, tapsWide, g.strideWidth);
  // Where no tap of a pixel leaves the map, no load needs a test: what a patch reads beyond it is not stored.
  const inside =
    g.padTop === 0 &&
    g.padLeft === 0 &&
    (g.outHeight - 1) * g.strideHeight + g.kernelHeight <= g.inHeight &&
    (g.outWidth - 1) * g.strideWidth + g.kernelWidth <= g.inWidth;

  const pixel = tile.pixel ?? ((y, x) => `(image * ${g.outHeight} + ${y}) * ${g.outWidth} + ${x}`);
  const each = (f: (y: number, x: number, c: number) => string) =>
    unroll(height, y => unroll(width, x => unroll(columns, c => f(y, x, c))));
  const locate = (
    axis: 'y' | 'x',
    place: number,
    stride: number,
    pad: number,
    side: number,
    pitch: string,
  ) => {
    const at = `first${axis.toUpperCase()} * ${stride} + k${axis} + ${place - pad}`;
    if (inside) return `let at${axis}${place} = (${at}) * ${pitch};`;
    return `
      let ${axis}${place} = ${at};
      let in${axis}${place} = ${axis}${place} >= 0 && ${axis}${place} < ${side};
      let at${axis}${place} = select(0, ${axis}${place} * ${pitch}, in${axis}${place});`;
  };
  const load = (y: number, x: number) => {
    const value = `input[imageStart + aty${y} + atx${x} + i]`;
    return `let a${y}_${x} = ${inside ? value : `select(0.0, ${value}, iny${y} && inx${x})`};`;
  };
  const tapLoops = [
    ...(tapsHigh < g.kernelHeight ? [`for (var ky = 0; ky < ${g.kernelHeight}; ky += ${tapsHigh}) {`] : []),
    ...(tapsWide < g.kernelWidth ? [`for (var kx = 0; kx < ${g.kernelWidth}; kx += ${tapsWide}) {`] : []),
  ];
  const multiply = (ky: number, kx: number) => {
    const [row, place] = [`(ky + ${ky})`, `(kx + ${kx})`];
    const product = (y: number, x: number, c: number) =>
      `sum${y}_${x}_${c} += a${y * g.strideHeight + ky}_${x * g.strideWidth + kx} * w${c};`;
    return `
        {
          ${unroll(columns, c => `let w${c} = ${tile.weight(row, place, c)};`)}
          ${each(product)}
        }`;
  };

  return {
    label: tile.label,
    workgroups: [ceilDivide(columnBlocks, groupWidth), ceilDivide(blocks, groupHeight), 1],
    wgsl: `
${tile.bindings}
@compute @workgroup_size(${groupWidth}, ${groupHeight})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let column = i32(id.x) * ${columns};
  let block = i32(id.y);
  if (column >= ${vectors} || block >= ${blocks}) { return; }
  ${tapsHigh * tapsWide === 0 ? '_ = &input; _ = &weights; // bound, though no tap meets these pixels' : ''}
  let image = block / ${blocksHigh * blocksWide};
  let position = block - image * ${blocksHigh * blocksWide};
  let firstY = (position / ${blocksWide}) * ${height};
  let firstX = (position % ${blocksWide}) * ${width};
  let imageStart = image * ${g.inHeight * g.inWidth * g.inChannels};
  ${each((y, x, c) => `var sum${y}_${x}_${c} = ${T}();`)}
  ${tapsHigh < g.kernelHeight ? '' : 'const ky = 0;'}
  ${tapsWide < g.kernelWidth ? '' : 'const kx = 0;'}
  ${tapLoops.join('\n')}
    ${rows.map(y => locate('y', y, g.strideHeight, g.padTop, g.inHeight, `${g.inWidth * g.inChannels}`)).join('\n')}
    ${places.map(x => locate('x', x, g.strideWidth, g.padLeft, g.inWidth, `${g.inChannels}`)).join('\n')}
    for (var i = 0; i < ${g.inChannels}; i++) {
      let weight = ${tile.weights};
      ${rows.map(y => places.map(x => load(y, x)).join('\n')).join('\n')}
      ${unroll(tapsHigh, ky => unroll(tapsWide, kx => multiply(ky, kx)))}
    }
  ${'}'.repeat(tapLoops.length)}
  ${unroll(height, y =>
    unroll(
      width,
      x => `
  if (firstY + ${y} < ${g.outHeight} && firstX + ${x} < ${g.outWidth}) {
    let to = (${pixel(`(firstY + ${y})`, `(firstX + ${x})`)}) * ${vectors} + column;
    ${unroll(columns, c => tile.store(`sum${y}_${x}_${c}`, c))}
  }`,
    ),
  )}
}`,
  };
}
