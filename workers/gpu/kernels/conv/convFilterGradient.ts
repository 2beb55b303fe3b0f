/**
 * @file Gradient of a convolution by its kernel, as an implicit matrix product over all pixels. The pixels are split
 * among threads by image rows (split-K), and `sumSplits` then adds the parts in a fixed order. There are no atomics, so
 * the result is the same to the bit from run to run. A register tile adds several pixels of a row at a time, one sum
 * after the other, as `registerTile` does. In quads, threads of different input channels share dy.
 */

import {
  type ConvGeometry,
  convCases,
  convSizes,
  forEachProduct,
  largeTiles,
  leavesNoMap,
  sharedCases,
  windowOf,
} from '../../wgsl/convGeometry';
import {
  type FilterTiling,
  filterGradientSplits,
  inQuads,
  rearranged,
  rowsOf,
  tilingOf,
} from '../../wgsl/filterTiling';
import {
  ceilDivide,
  float,
  type Kernel,
  lanesOf,
  type Program,
  type TileFlavour,
  unroll,
  vectorType,
  workgroupOf,
} from '../../wgsl/kernel';
import { inOrder, quadGroup, swapped } from '../../wgsl/quads';
import { sharedTile } from '../../wgsl/sharedTile';

export interface ConvFilterGradientOptions {
  geometry: ConvGeometry;
  /** The number of parts that the image rows are split into, as `filterGradientSplits` returns it. */
  splits: number;
  /** Multiplies the gradient. */
  scale?: number;
  /** The flavour of the tile. The default is `registers`. */
  tile?: TileFlavour;
  /** The tiling of a register tile or quads. The default is the one with the lowest cost. */
  tiling?: FilterTiling;
}

const times = (scale: number): string => (scale === 1 ? '' : ` * ${float(scale)}`);

/**
 * Each split is a layer. Each tap of an input channel is a row, and each output channel is a column. k runs over the
 * split's pixels of dy.
 */
function sharedWgsl({ geometry: g, splits, scale = 1 }: ConvFilterGradientOptions): Program {
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
    store: `parts[(layer * ${rows} + row) * ${g.outChannels} + column] = sum${times(scale)};`,
  });
}

function registerWgsl({
  geometry,
  splits,
  scale = 1,
  tile = 'registers',
  tiling,
}: ConvFilterGradientOptions): Program {
  const g = rearranged(geometry);
  const lanes = lanesOf(g.outChannels);
  const quads = inQuads(g, tile);
  const { tapsHigh, tapsWide, inputs, columns, pixels } = tiling ?? tilingOf(g, quads);
  const T = vectorType(lanes);
  const vectors = g.outChannels / lanes;
  const columnBlocks = vectors / columns;
  const inputBlocks = g.inChannels / inputs;
  const tapBlocksWide = g.kernelWidth / tapsWide;
  const tapBlocks = (g.kernelHeight / tapsHigh) * tapBlocksWide;
  const rows = rowsOf(g);
  const rowsPerSplit = ceilDivide(rows, splits);
  const [width, height] = quads ? [1, quadGroup(inputBlocks)] : workgroupOf(columnBlocks);
  const rest = g.outWidth % pixels;
  const inside = leavesNoMap(g);
  const parts = lanes === 4 ? ['.x', '.y', '.z', '.w'] : [''];

  const eachTap = (f: (ky: number, kx: number, i: number) => string) =>
    unroll(tapsHigh, ky => unroll(tapsWide, kx => unroll(inputs, i => f(ky, kx, i))));
  const eachSum = (f: (ky: number, kx: number, i: number, c: number, k: number) => string) =>
    eachTap((ky, kx, i) => unroll(columns, c => unroll(lanes, k => f(ky, kx, i, c, k))));
  const sumOf = (ky: number, kx: number, i: number, c: number, k: number) => `sum${ky}_${kx}_${i}_${c}_${k}`;
  const load = (ky: number, place: number, i: number) => {
    const value = `input[at + ${(ky * g.inWidth + place) * g.inChannels + i}]`;
    const masked = `bitcast<f32>(bitcast<i32>(${value}) & inY${ky} & inX${place})`;
    return `let a${ky}_${place}_${i} = ${inside ? value : masked};`;
  };
  const unit = quads ? 1 : lanes;
  const loadGradient = (p: number, c: number) => {
    const value = `outputGradient[gradient + ${(p * g.outChannels + c * lanes) / unit}]`;
    return quads
      ? `let mine${p}_${c} = ${value}; let d${p}_${c} = ${swapped(`mine${p}_${c}`)};`
      : `let d${p}_${c} = ${value};`;
  };
  /** Returns statements that add `count` pixels of the row, from `x` on. */
  const add = (count: number) => {
    const places = windowOf(count, tapsWide, g.strideWidth);
    const products = (ky: number, kx: number, i: number, c: number, k: number) =>
      Array.from(
        { length: count },
        (_, p) => `a${ky}_${p * g.strideWidth + kx}_${i} * d${p}_${c}${parts[k]}`,
      );
    return `
      let at = corner + x * ${g.strideWidth * g.inChannels};
      let gradient = (row * ${g.outWidth} + x) * ${g.outChannels / unit} + column${quads ? ' * 4 + i32(thread & 3u)' : ''};
      let left = x * ${g.strideWidth} + firstKx - ${g.padLeft};
      ${inside ? '' : places.map(place => `let inX${place} = select(0, -1, (left + ${place} >= 0) & (left + ${place} < ${g.inWidth}));`).join('\n')}
      ${unroll(tapsHigh, ky => places.map(place => unroll(inputs, i => load(ky, place, i))).join('\n'))}
      ${unroll(count, p => unroll(columns, c => loadGradient(p, c)))}
      ${eachSum((...at) => `${sumOf(...at)} = ${[sumOf(...at), ...products(...at)].join(' + ')};`)}`;
  };

  return {
    label: 'convFilterGradient',
    workgroups: quads
      ? [columnBlocks * tapBlocks, ceilDivide(inputBlocks, height), splits]
      : [ceilDivide(columnBlocks, width), ceilDivide(tapBlocks * inputBlocks, height), splits],
    wgsl: `${quads ? 'enable subgroups;' : ''}
@group(0) @binding(0) var<storage, read_write> parts: array<${T}>;
@group(0) @binding(1) var<storage, read> input: array<f32>;
@group(0) @binding(2) var<storage, read> outputGradient: array<${quads ? 'f32' : T}>;
${quads ? inOrder : ''}
@compute @workgroup_size(${width}, ${height})
fn main(${
      quads
        ? '@builtin(workgroup_id) id: vec3<u32>, @builtin(local_invocation_index) local: u32, @builtin(subgroup_invocation_id) thread: u32'
        : '@builtin(global_invocation_id) id: vec3<u32>'
    }) {
  ${
    quads
      ? `
  let tapBlock = i32(id.x) / ${columnBlocks};
  let column = (i32(id.x) - tapBlock * ${columnBlocks}) * ${columns};
  let inputBlock = i32(id.y * ${height}u + local);`
      : `
  let column = i32(id.x) * ${columns};
  let block = i32(id.y);
  if (column >= ${vectors} || block >= ${tapBlocks * inputBlocks}) { return; }
  let tapBlock = block / ${inputBlocks};
  let inputBlock = block - tapBlock * ${inputBlocks};`
  }
  let split = i32(id.z);
  let firstInput = inputBlock * ${inputs};
  let firstKy = (tapBlock / ${tapBlocksWide}) * ${tapsHigh};
  let firstKx = (tapBlock % ${tapBlocksWide}) * ${tapsWide};
  ${eachSum((...at) => `var ${sumOf(...at)} = 0.0;`)}
  let lastRow = min((split + 1) * ${rowsPerSplit}, ${rows});
  for (var row = split * ${rowsPerSplit}; row < lastRow; row++) {
    let image = row / ${g.outHeight};
    let top = (row - image * ${g.outHeight}) * ${g.strideHeight} + firstKy - ${g.padTop};
    let corner = ((image * ${g.inHeight} + top) * ${g.inWidth} + firstKx - ${g.padLeft}) * ${g.inChannels} + firstInput;
    ${inside ? '' : unroll(tapsHigh, ky => `let inY${ky} = select(0, -1, (top + ${ky} >= 0) & (top + ${ky} < ${g.inHeight}));`)}
    for (var x = 0; x < ${g.outWidth - rest}; x += ${pixels}) {
      ${add(pixels)}
    }
    ${rest > 0 ? `{ let x = ${g.outWidth - rest}; ${add(rest)} }` : ''}
  }
  ${quads ? `if (inputBlock >= ${inputBlocks}) { return; }` : ''}
  let to = split * ${g.kernelHeight * g.kernelWidth * g.inChannels * vectors} + column;
  ${eachTap(
    (ky, kx, i) => `
  {
    let sums = to + (((firstKy + ${ky}) * ${g.kernelWidth} + firstKx + ${kx}) * ${g.inChannels} + firstInput + ${i}) * ${vectors};
    ${unroll(columns, c => {
      const vector = `${T}(${parts.map((_, k) => sumOf(ky, kx, i, c, k)).join(', ')})`;
      return `parts[sums + ${c}] = ${quads ? `inOrder(${vector}, thread)` : vector}${times(scale)};`;
    })}
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
  reference({ geometry, splits, scale = 1, tile }, parts, input, outputGradient) {
    const { kernel } = convSizes(geometry);
    const { outWidth, ...g } = tile === 'shared' ? geometry : rearranged(geometry);
    const splitSize = ceilDivide(rowsOf(g), splits) * outWidth * geometry.outChannels;
    const sums = new Float64Array(parts.length);
    forEachProduct(geometry, (i, o, k) => {
      const at = Math.floor(o / splitSize) * kernel + k;
      sums[at] = (sums[at] ?? 0) + (input[i] ?? 0) * (outputGradient[o] ?? 0);
    });
    parts.set(sums.map(sum => sum * scale));
  },
  cases: [
    ...convCases.map((geometry, i) => ({
      geometry,
      splits: filterGradientSplits(geometry, i % 2 === 0 ? 1 : 512),
    })),
    ...convCases.slice(1).map((geometry, i) => ({
      geometry,
      splits: filterGradientSplits(geometry, i % 2 === 0 ? 1 : 512, 'quads'),
      tile: 'quads' as const,
    })),
    ...largeTiles.flatMap(({ geometry, tiling }) =>
      (['registers', 'quads'] as const).map(tile => ({ geometry, splits: 2, tile, tiling })),
    ),
    ...sharedCases.map((geometry, i) => ({ geometry, splits: 1 + i, scale: 0.17, tile: 'shared' as const })),
  ],
};
