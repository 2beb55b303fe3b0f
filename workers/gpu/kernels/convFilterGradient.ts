/**
 * @file Gradient of a convolution by its kernel, as an implicit matrix product over all pixels. The pixels are split
 * among threads by image rows (split-K); `sumSplits` then adds the parts in a fixed order: no atomics, so the result is
 * the same to the bit from run to run.
 */
import { type ConvGeometry, convCases, convSizes, forEachProduct, sharedCases } from './convGeometry';
import {
  ceilDivide,
  type Kernel,
  lanesOf,
  loadCost,
  type Program,
  type TileFlavour,
  unroll,
  vectorType,
  workgroupOf,
} from './kernel';
import { sharedTile } from './sharedTile';

export interface ConvFilterGradientOptions {
  geometry: ConvGeometry;
  /** Parts that the image rows are split into, as `filterGradientSplits` gives them. */
  splits: number;
  /** Flavour of the tile; registers if left out. */
  tile?: TileFlavour;
}

/** What one thread sums: some taps × input channels × vectors of output channels. */
interface Tiling {
  tapsHigh: number;
  tapsWide: number;
  inputs: number;
  columns: number;
}

/** Vectors of sums a thread holds: twice as many may take a compiler half a minute. */
const mostVectors = 18;

/** The tiling that loads least for each multiply-add. */
function tilingOf({ inChannels, outChannels, kernelHeight, kernelWidth, strideWidth }: ConvGeometry): Tiling {
  const lanes = lanesOf(outChannels);
  const tapsWide = kernelWidth <= 9 ? kernelWidth : 1;
  const tapsHigh = kernelHeight * tapsWide <= 9 ? kernelHeight : 1;
  const taps = tapsHigh * tapsWide;
  let best: Tiling = { tapsHigh, tapsWide, inputs: 1, columns: 1 };
  let least = Number.POSITIVE_INFINITY;
  for (let inputs = 1; inputs <= 8; inputs++)
    for (let columns = 1; columns <= 8; columns++) {
      if (inChannels % inputs > 0 || (outChannels / lanes) % columns > 0) continue;
      if (inputs * columns > 1 && taps * inputs * columns > mostVectors) continue;
      const loads = tapsHigh * Math.min(tapsWide, strideWidth) * inputs + columns * lanes;
      const cost = (loadCost * loads) / (taps * inputs * columns * lanes);
      if (cost < least) [least, best] = [cost, { tapsHigh, tapsWide, inputs, columns }];
    }
  return best;
}

const rowsOf = ({ batch, outHeight }: ConvGeometry): number => batch * outHeight;

/** About `wanted` parts of `rows` rows, none of them empty. */
function evenSplits(rows: number, wanted: number): number {
  const splits = Math.max(1, Math.min(rows, Math.round(wanted)));
  return ceilDivide(rows, ceilDivide(rows, splits));
}

/** The same for a shared-memory tile, whose workgroups of 256 threads each hold 64 × 64 products. */
export function sharedFilterGradientSplits(geometry: ConvGeometry, threads: number): number {
  const { kernelHeight, kernelWidth, inChannels, outChannels } = geometry;
  const tiles = ceilDivide(kernelHeight * kernelWidth * inChannels, 64) * ceilDivide(outChannels, 64);
  return evenSplits(rowsOf(geometry), threads / (256 * tiles));
}

/** Parts that give about `threads` threads; each has at least one image row, and none is empty. */
export function filterGradientSplits(geometry: ConvGeometry, threads: number): number {
  const { tapsHigh, tapsWide, inputs, columns } = tilingOf(geometry);
  const { kernel } = convSizes(geometry);
  const sums = tapsHigh * tapsWide * inputs * columns * lanesOf(geometry.outChannels);
  return evenSplits(rowsOf(geometry), threads / (kernel / sums));
}

/** One layer a split; one row a tap and input channel, one column an output channel; k runs over the split's pixels of dy. */
function sharedWgsl({ geometry: g, splits }: ConvFilterGradientOptions): Program {
  const pixelsPerSplit = ceilDivide(rowsOf(g), splits) * g.outWidth;
  const pixels = rowsOf(g) * g.outWidth;
  const rows = g.kernelHeight * g.kernelWidth * g.inChannels;
  return sharedTile({
    label: 'convFilterGradientShared',
    ...{ rows, columns: g.outChannels, layers: splits },
    bindings: `
@group(0) @binding(0) var<storage, read_write> parts: array<f32>;
@group(0) @binding(1) var<storage, read> input: array<f32>;
@group(0) @binding(2) var<storage, read> outputGradient: array<f32>;`,
    begin: `layer * ${pixelsPerSplit}`,
    end: `min(${pixels}, (layer + 1) * ${pixelsPerSplit})`,
    a: `
  let tap = row / ${g.inChannels};
  let image = k / ${g.outHeight * g.outWidth};
  let pixel = k - image * ${g.outHeight * g.outWidth};
  let y = (pixel / ${g.outWidth}) * ${g.strideHeight} - ${g.padTop} + tap / ${g.kernelWidth};
  let x = (pixel % ${g.outWidth}) * ${g.strideWidth} - ${g.padLeft} + tap % ${g.kernelWidth};
  if (y < 0 || y >= ${g.inHeight} || x < 0 || x >= ${g.inWidth}) { return 0.0; }
  return input[((image * ${g.inHeight} + y) * ${g.inWidth} + x) * ${g.inChannels} + row - tap * ${g.inChannels}];`,
    b: `return outputGradient[k * ${g.outChannels} + column];`,
    contiguous: { a: 'row', b: 'column' },
    store: `parts[(layer * ${rows} + row) * ${g.outChannels} + column] = sum;`,
  });
}

/**
 * One thread walks along the rows of dy and holds the window of the input that dy's pixel meets: a step to the right
 * moves the window and loads its new column alone.
 */
function registerWgsl({ geometry: g, splits }: ConvFilterGradientOptions): Program {
  const { tapsHigh, tapsWide, inputs, columns } = tilingOf(g);
  const lanes = lanesOf(g.outChannels);
  const T = vectorType(lanes);
  const vectors = g.outChannels / lanes;
  const columnBlocks = vectors / columns;
  const inputBlocks = g.inChannels / inputs;
  const tapBlocksWide = g.kernelWidth / tapsWide;
  const blocks = (g.kernelHeight / tapsHigh) * tapBlocksWide * inputBlocks;
  const rows = rowsOf(g);
  const rowsPerSplit = ceilDivide(rows, splits);
  const [width, height] = workgroupOf(columnBlocks);
  const stride = g.strideWidth;
  const inside =
    g.padTop === 0 &&
    g.padLeft === 0 &&
    (g.outHeight - 1) * g.strideHeight + g.kernelHeight <= g.inHeight &&
    (g.outWidth - 1) * stride + g.kernelWidth <= g.inWidth;

  const eachTap = (f: (ky: number, kx: number, i: number) => string) =>
    unroll(tapsHigh, ky => unroll(tapsWide, kx => unroll(inputs, i => f(ky, kx, i))));
  const eachSum = (f: (ky: number, kx: number, i: number, c: number) => string) =>
    eachTap((ky, kx, i) => unroll(columns, c => f(ky, kx, i, c)));
  /** Loads column `kx` of the window whose left edge is at `left`. */
  const loadColumn = (kx: number, left: string) => `
      {
        let x = ${left} + ${kx};
        ${inside ? '' : `let inX = x >= 0 && x < ${g.inWidth};`}
        ${unroll(tapsHigh, ky =>
          unroll(inputs, i => {
            const value = `input[row${ky} + x * ${g.inChannels} + ${i}]`;
            return `a${ky}_${kx}_${i} = ${inside ? value : `select(0.0, ${value}, inY${ky} && inX)`};`;
          }),
        )}
      }`;
  const someColumns = (from: number, to: number, f: (kx: number) => string) =>
    unroll(Math.max(0, to - from), n => f(from + n));
  const kept = Math.max(0, tapsWide - stride);

  return {
    label: 'convFilterGradient',
    workgroups: [ceilDivide(columnBlocks, width), ceilDivide(blocks, height), splits],
    wgsl: `
@group(0) @binding(0) var<storage, read_write> parts: array<${T}>;
@group(0) @binding(1) var<storage, read> input: array<f32>;
@group(0) @binding(2) var<storage, read> outputGradient: array<${T}>;
@compute @workgroup_size(${width}, ${height})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let column = i32(id.x) * ${columns};
  let block = i32(id.y);
  let split = i32(id.z);
  if (column >= ${vectors} || block >= ${blocks}) { return; }
  let tapBlock = block / ${inputBlocks};
  let firstInput = (block - tapBlock * ${inputBlocks}) * ${inputs};
  let firstKy = (tapBlock / ${tapBlocksWide}) * ${tapsHigh};
  let firstKx = (tapBlock % ${tapBlocksWide}) * ${tapsWide};
  ${eachSum((ky, kx, i, c) => `var sum${ky}_${kx}_${i}_${c} = ${T}();`)}
  ${eachTap((ky, kx, i) => `var a${ky}_${kx}_${i} = 0.0;`)}
  let lastRow = min((split + 1) * ${rowsPerSplit}, ${rows});
  for (var row = split * ${rowsPerSplit}; row < lastRow; row++) {
    let image = row / ${g.outHeight};
    let top = (row - image * ${g.outHeight}) * ${g.strideHeight} + firstKy - ${g.padTop};
    ${unroll(tapsHigh, ky => {
      const at = `(image * ${g.inHeight} + top + ${ky}) * ${g.inWidth * g.inChannels}`;
      if (inside) return `let row${ky} = ${at} + firstInput;`;
      return `
    let inY${ky} = top + ${ky} >= 0 && top + ${ky} < ${g.inHeight};
    let row${ky} = select(0, ${at}, inY${ky}) + firstInput;`;
    })}
    ${someColumns(stride, stride + kept, kx => loadColumn(kx, `firstKx - ${g.padLeft + stride}`))}
    var gradient = row * ${g.outWidth * vectors} + column;
    var left = firstKx - ${g.padLeft};
    for (var x = 0; x < ${g.outWidth}; x++) {
      ${unroll(tapsHigh, ky => unroll(kept, kx => unroll(inputs, i => `a${ky}_${kx}_${i} = a${ky}_${kx + stride}_${i};`)))}
      ${someColumns(kept, tapsWide, kx => loadColumn(kx, 'left'))}
      ${unroll(columns, c => `let d${c} = outputGradient[gradient + ${c}];`)}
      ${eachSum((ky, kx, i, c) => `sum${ky}_${kx}_${i}_${c} += a${ky}_${kx}_${i} * d${c};`)}
      gradient += ${vectors};
      left += ${stride};
    }
  }
  let to = split * ${g.kernelHeight * g.kernelWidth * g.inChannels * vectors} + column;
  ${eachTap(
    (ky, kx, i) => `
  {
    let sums = to + (((firstKy + ${ky}) * ${g.kernelWidth} + firstKx + ${kx}) * ${g.inChannels} + firstInput + ${i}) * ${vectors};
    ${unroll(columns, c => `parts[sums + ${c}] = sum${ky}_${kx}_${i}_${c};`)}
  }`,
  )}
}`,
  };
}

/** Buffers: parts `[splits, kernelHeight, kernelWidth, inChannels, outChannels]`, input, dy. */
export const convFilterGradient: Kernel<ConvFilterGradientOptions> = {
  name: 'convFilterGradient',
  wgsl: options => (options.tile === 'shared' ? sharedWgsl(options) : registerWgsl(options)),
  sizes({ geometry, splits }) {
    const { input, output, kernel } = convSizes(geometry);
    return { outputs: [splits * kernel], inputs: [input, output] };
  },
  reference({ geometry, splits }, parts, input, outputGradient) {
    const { kernel } = convSizes(geometry);
    const rowsPerSplit = ceilDivide(rowsOf(geometry), splits);
    const splitSize = rowsPerSplit * geometry.outWidth * geometry.outChannels;
    const sums = new Float64Array(parts.length);
    forEachProduct(geometry, (i, o, k) => {
      const at = Math.floor(o / splitSize) * kernel + k;
      sums[at] = (sums[at] ?? 0) + (input[i] ?? 0) * (outputGradient[o] ?? 0);
    });
    parts.set(sums);
  },
  cases: [
    ...convCases.map((geometry, i) => ({
      geometry,
      splits: filterGradientSplits(geometry, i % 2 === 0 ? 1 : 512),
    })),
    ...sharedCases.map((geometry, i) => ({ geometry, splits: 1 + i, tile: 'shared' as const })),
  ],
};
