/**
 * @file Gradient of a convolution by its kernel, as an implicit matrix product over all pixels. The pixels are split
 * among threads by image rows (split-K); `sumSplits` then adds the parts in a fixed order: no atomics, so the result is
 * the same to the bit from run to run.
 */
import { type ConvGeometry, convCases, convSizes, forEachProduct, sharedCases } from './convGeometry';
import {
  ceilDivide,
  divisorUpTo,
  type Kernel,
  lanesOf,
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

interface Tiling {
  inLanes: 1 | 4;
  outLanes: 1 | 4;
  inVectors: number;
  outVectors: number;
  /** Vectors of the input's and of the output's channels a thread holds. */
  inTile: number;
  outTile: number;
}

function tilingOf({ inChannels, outChannels }: ConvGeometry): Tiling {
  const inLanes = lanesOf(inChannels);
  const outLanes = lanesOf(outChannels);
  const inVectors = inChannels / inLanes;
  const outVectors = outChannels / outLanes;
  return {
    ...{ inLanes, outLanes, inVectors, outVectors },
    inTile: divisorUpTo(inVectors, inLanes === 4 ? 2 : 4),
    outTile: divisorUpTo(outVectors, outLanes === 4 ? 2 : 4),
  };
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
  const { inVectors, outVectors, inTile, outTile } = tilingOf(geometry);
  const tiles = geometry.kernelHeight * geometry.kernelWidth * (inVectors / inTile) * (outVectors / outTile);
  return evenSplits(rowsOf(geometry), threads / tiles);
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

function registerWgsl({ geometry: g, splits }: ConvFilterGradientOptions): Program {
  const { inLanes, outLanes, inVectors, outVectors, inTile, outTile } = tilingOf(g);
  const In = vectorType(inLanes);
  const Out = vectorType(outLanes);
  const inBlocks = inVectors / inTile;
  const outBlocks = outVectors / outTile;
  const rows = rowsOf(g);
  const rowsPerSplit = ceilDivide(rows, splits);
  const filterRows = g.kernelHeight * g.kernelWidth * inBlocks;
  const [width, height] = workgroupOf(outBlocks);
  const { kernel } = convSizes(g);

  const each = (f: (a: number, lane: number, d: number) => string) =>
    unroll(inTile, a => unroll(inLanes, lane => unroll(outTile, d => f(a, lane, d))));
  const lane = (l: number) => (inLanes === 4 ? `.${'xyzw'[l]}` : '');

  return {
    label: 'convFilterGradient',
    workgroups: [ceilDivide(outBlocks, width), ceilDivide(filterRows, height), splits],
    wgsl: `
@group(0) @binding(0) var<storage, read_write> parts: array<${Out}>;
@group(0) @binding(1) var<storage, read> input: array<${In}>;
@group(0) @binding(2) var<storage, read> outputGradient: array<${Out}>;
@compute @workgroup_size(${width}, ${height})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let firstOut = i32(id.x) * ${outTile};
  let filterRow = i32(id.y);
  let split = i32(id.z);
  if (firstOut >= ${outVectors} || filterRow >= ${filterRows}) { return; }
  let tap = filterRow / ${inBlocks};
  let firstIn = (filterRow - tap * ${inBlocks}) * ${inTile};
  let kh = tap / ${g.kernelWidth};
  let kw = tap % ${g.kernelWidth};
  ${each((a, l, d) => `var sum${a}_${l}_${d} = ${Out}();`)}
  // The columns of dy whose tap lies inside the map; with kernels wider than the map there may be none.
  let begin = max(0, ${g.padLeft} - kw + ${g.strideWidth - 1}) / ${g.strideWidth};
  let end = min(${g.outWidth}, max(0, ${g.inWidth - 1 + g.padLeft + g.strideWidth} - kw) / ${g.strideWidth});
  let lastRow = min((split + 1) * ${rowsPerSplit}, ${rows});
  for (var row = split * ${rowsPerSplit}; row < lastRow; row++) {
    let image = row / ${g.outHeight};
    let y = (row - image * ${g.outHeight}) * ${g.strideHeight} + kh - ${g.padTop};
    if (y < 0 || y >= ${g.inHeight}) { continue; }
    var source = ((image * ${g.inHeight} + y) * ${g.inWidth} + begin * ${g.strideWidth} + kw - ${g.padLeft}) * ${inVectors} + firstIn;
    var gradient = (row * ${g.outWidth} + begin) * ${outVectors} + firstOut;
    for (var x = begin; x < end; x++) {
      ${unroll(inTile, a => `let a${a} = input[source + ${a}];`)}
      ${unroll(outTile, d => `let d${d} = outputGradient[gradient + ${d}];`)}
      ${each((a, l, d) => `sum${a}_${l}_${d} += a${a}${lane(l)} * d${d};`)}
      source += ${g.strideWidth * inVectors};
      gradient += ${outVectors};
    }
  }
  let to = split * ${kernel / outLanes} + (tap * ${g.inChannels} + firstIn * ${inLanes}) * ${outVectors} + firstOut;
  ${each((a, l, d) => `parts[to + ${(a * inLanes + l) * outVectors + d}] = sum${a}_${l}_${d};`)}
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
