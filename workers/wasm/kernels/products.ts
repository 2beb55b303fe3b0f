/** @file The three directions of a convolution, which matrix products share, as calls of the kernels. */
import type { ConvGeometry } from '../../gpu/wgsl/convGeometry';
import type { Operand, WasmBackend } from '../backend';
import { table } from '../call';
import { roundedToFour } from '../fourChannels';

const panelsOf = (columns: number) => Math.ceil(columns / 8);
/** Room for the last panel, which is filled up. */
const packedSize = (inner: number, columns: number) => 4 * inner * (columns + 8);
const range = (n: number) => Array.from({ length: n }, (_, i) => i);

/** Blocks that only this call needs. */
function scratch(backend: WasmBackend) {
  const blocks: number[] = [];
  const keep = (at: number) => {
    blocks.push(at);
    return at;
  };
  return {
    allocate: (bytes: number) => keep(backend.allocate(bytes)),
    table: (words: readonly number[]) => keep(table(backend, words)),
    /** Addresses of pixels; see the kernel `pixelTable`. */
    pixels(
      first: number,
      [images, rows, columns]: Sides,
      [imageBytes, rowBytes, columnBytes]: Sides,
    ): number {
      const at = keep(backend.allocateFixed(4 * images * rows * columns));
      backend.runOnce('pixelTable', [at, first, images, rows, columns, imageBytes, rowBytes, columnBytes]);
      return at;
    },
    release: () => {
      for (const at of blocks) backend.release(at);
    },
  };
}
type Scratch = ReturnType<typeof scratch>;
type Sides = readonly [number, number, number];

/** A map of which pixels are read, with a border of zeros where a filter reaches over its edge. */
interface Padded {
  at: number;
  height: number;
  width: number;
}

interface Border {
  top: number;
  left: number;
  height: number;
  width: number;
}

/** @param border the size with the border, and where the map lies in it. */
function pad(
  backend: WasmBackend,
  { allocate }: Scratch,
  source: { at: number; images: number; height: number; width: number; channels: number },
  border: Border,
): Padded {
  const { at, images, height, width, channels } = source;
  const inside = border.top === 0 && border.left === 0 && border.height <= height && border.width <= width;
  if (inside) return { at, height, width };
  const pixel = 4 * channels;
  const padded = allocate(images * border.height * border.width * pixel);
  backend.run(
    'padMap',
    [at, padded, height, width * pixel, border.height, border.width * pixel, border.top, border.left * pixel],
    images * border.height,
  );
  return { at: padded, height: border.height, width: border.width };
}

function paddedInput(backend: WasmBackend, own: Scratch, g: ConvGeometry, x: number) {
  const source = {
    ...{ at: x, images: g.batch, height: g.inHeight, width: g.inWidth },
    channels: g.inChannels,
  };
  const padded = pad(backend, own, source, {
    ...{ top: g.padTop, left: g.padLeft },
    height: Math.max(g.padTop + g.inHeight, (g.outHeight - 1) * g.strideHeight + g.kernelHeight),
    width: Math.max(g.padLeft + g.inWidth, (g.outWidth - 1) * g.strideWidth + g.kernelWidth),
  });
  const pixel = 4 * g.inChannels;
  const row = padded.width * pixel;
  return {
    pointers: own.pixels(
      padded.at,
      [g.batch, g.outHeight, g.outWidth],
      [padded.height * row, g.strideHeight * row, g.strideWidth * pixel],
    ),
    offsets: own.table(range(g.kernelHeight).map(i => i * row)),
    /** Numbers that a kernel's row reads side by side. */
    length: g.kernelWidth * g.inChannels,
  };
}

/** The parts of a fused convolution that follow the product: act(residual + scale · (product + bias)). */
export interface Epilogue {
  bias?: Operand | undefined;
  residual?: Operand | undefined;
  scale?: number;
  relu?: boolean;
}

export function finish(
  backend: WasmBackend,
  y: number,
  rows: number,
  channels: number,
  { bias, residual, scale = 1, relu = false }: Epilogue,
): void {
  if (!bias && !residual && scale === 1 && !relu) return;
  backend.run('finishRows', [y, channels, bias?.at ?? 0, residual?.at ?? 0, scale, relu], rows);
}

/** y `[batch, outHeight, outWidth, outChannels]` = x ∗ filter. */
export function convolve(
  backend: WasmBackend,
  g: ConvGeometry,
  x: Operand,
  filter: Operand,
  epilogue: Epilogue = {},
): Operand {
  const own = scratch(backend);
  const { pointers, offsets, length } = paddedInput(backend, own, g, x.at);
  const inner = g.kernelHeight * length;
  const packed = own.allocate(packedSize(inner, g.outChannels));
  backend.run('packWeights', [filter.at, inner, g.outChannels, packed], panelsOf(g.outChannels));
  const y = backend.make([g.batch, g.outHeight, g.outWidth, g.outChannels]);
  const pixels = g.batch * g.outHeight * g.outWidth;
  const wide = roundedToFour(g.outChannels);
  const target = wide === g.outChannels ? y.at : own.allocate(4 * pixels * (wide + 4));
  const outputs = own.pixels(target, [1, 1, pixels], [0, 0, 4 * wide]);
  backend.run('product', [pointers, offsets, g.kernelHeight, length, packed, g.outChannels, outputs], pixels);
  if (target !== y.at) backend.run('copyRows', [target, wide, y.at, g.outChannels], pixels);
  finish(backend, y.at, pixels, g.outChannels, epilogue);
  own.release();
  return y;
}

/** The taps of one axis that reach the input's places `remainder`, `remainder` + stride …, each with its step in dy. */
function tapsOf(kernel: number, stride: number, padding: number, remainder: number) {
  return range(kernel)
    .filter(tap => (((remainder + padding - tap) % stride) + stride) % stride === 0)
    .map(tap => ({ tap, step: (remainder + padding - tap) / stride }))
    .sort((a, b) => a.step - b.step);
}

/** dx of `convolve`, times `scale`. Each remainder of the stride is a product of its own, over dense rows of dy. */
export function convolveBackInput(
  backend: WasmBackend,
  g: ConvGeometry,
  dy: Operand,
  filter: Operand,
  scale = 1,
): Operand {
  const own = scratch(backend);
  const dx = backend.make([g.batch, g.inHeight, g.inWidth, g.inChannels]);
  const pixels = g.batch * g.inHeight * g.inWidth;
  const wide = roundedToFour(g.inChannels);
  const target = wide === g.inChannels ? dx.at : own.allocate(4 * pixels * (wide + 4));
  const axis = (kernel: number, stride: number, padding: number, side: number) =>
    range(Math.min(stride, side)).map(remainder => ({
      remainder,
      count: Math.ceil((side - remainder) / stride),
      taps: tapsOf(kernel, stride, padding, remainder),
    }));
  const rows = axis(g.kernelHeight, g.strideHeight, g.padTop, g.inHeight);
  const columns = axis(g.kernelWidth, g.strideWidth, g.padLeft, g.inWidth);
  /** How far the steps reach over the edges of dy. */
  const reach = (parts: typeof rows, side: number) => {
    const steps = parts.flatMap(({ taps, count }) => taps.map(({ step }) => [step, step + count] as const));
    const before = Math.max(0, ...steps.map(([first]) => -first));
    return { before, all: before + Math.max(side, ...steps.map(([, end]) => end)) };
  };
  const [vertical, horizontal] = [reach(rows, g.outHeight), reach(columns, g.outWidth)];
  const source = {
    ...{ at: dy.at, images: g.batch, height: g.outHeight, width: g.outWidth },
    channels: g.outChannels,
  };
  const padded = pad(backend, own, source, {
    ...{ top: vertical.before, left: horizontal.before, height: vertical.all, width: horizontal.all },
  });
  const pixel = 4 * g.outChannels;
  const row = padded.width * pixel;
  if ([...rows, ...columns].some(({ taps }) => taps.length === 0))
    backend.run('clear', [target], Math.ceil((4 * pixels * wide) / 64));
  for (const down of rows)
    for (const across of columns) {
      if (down.taps.length === 0 || across.taps.length === 0) continue;
      const sides: Sides = [g.batch, down.count, across.count];
      const list = own.table(
        down.taps.flatMap(({ tap }) => across.taps.map(other => tap * g.kernelWidth + other.tap)),
      );
      const count = down.taps.length * across.taps.length;
      const packed = own.allocate(packedSize(count * g.outChannels, g.inChannels));
      backend.run(
        'packTransposed',
        [filter.at, list, count, g.inChannels, g.outChannels, packed, scale],
        panelsOf(g.inChannels),
      );
      const firstStep = across.taps[0]?.step ?? 0;
      const pointers = own.pixels(
        padded.at + vertical.before * row + (horizontal.before + firstStep) * pixel,
        sides,
        [padded.height * row, row, pixel],
      );
      const offsets = own.table(down.taps.map(({ step }) => step * row));
      const out = 4 * wide;
      const outputs = own.pixels(target + (down.remainder * g.inWidth + across.remainder) * out, sides, [
        g.inHeight * g.inWidth * out,
        g.strideHeight * g.inWidth * out,
        g.strideWidth * out,
      ]);
      backend.run(
        'product',
        [
          ...[pointers, offsets, down.taps.length, across.taps.length * g.outChannels],
          ...[packed, g.inChannels, outputs],
        ],
        g.batch * down.count * across.count,
      );
    }
  if (target !== dx.at) backend.run('copyRows', [target, wide, dx.at, g.inChannels], pixels);
  own.release();
  return dx;
}

/** Rows of a tile of the kernel `outerProducts`. */
const tileRows = 6;

/** The filter's gradient `[kernelHeight, kernelWidth, inChannels, outChannels]` of `convolve`, times `scale`. */
export function convolveBackFilter(
  backend: WasmBackend,
  g: ConvGeometry,
  x: Operand,
  dy: Operand,
  scale = 1,
): Operand {
  const own = scratch(backend);
  const { pointers, offsets, length } = paddedInput(backend, own, g, x.at);
  const pixels = g.batch * g.outHeight * g.outWidth;
  const wide = roundedToFour(g.outChannels);
  const narrow = wide === g.outChannels;
  const gradient = backend.make([g.kernelHeight, g.kernelWidth, g.inChannels, g.outChannels]);
  const rows = g.kernelHeight * length;
  const from = narrow ? dy.at : own.allocate(4 * pixels * wide);
  const target = narrow ? gradient.at : own.allocate(4 * rows * wide);
  if (!narrow) backend.run('copyRows', [dy.at, g.outChannels, from, wide], pixels);
  const items = g.kernelHeight * Math.ceil(length / tileRows) * Math.ceil(wide / 8);
  backend.run('outerProducts', [pointers, pixels, offsets, length, from, wide, target], items);
  if (!narrow) backend.run('copyRows', [target, wide, gradient.at, g.outChannels], rows);
  if (scale !== 1) backend.run('scale', [gradient.at, scale, gradient.at], gradient.size);
  own.release();
  return gradient;
}
