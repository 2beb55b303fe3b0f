/**
 * @file A convolution as a register tile. One thread computes a patch of pixels × one or more vectors of channels. It
 * holds the window under its patch and the weights for it, so each number of the map is loaded once for all taps, and
 * each weight once for all pixels. Then the thread computes one sum after the other. A compiler that keeps few values
 * in registers keeps this sum there. There are no barriers. This suits adapters that run on the CPU, where loads take
 * most of the time.
 *
 * With quads, the four threads of each quad of a subgroup compute different patches with the same weights. Each
 * thread loads a quarter of the weights and swaps it with the others. Each thread then has the weights in a different
 * order, and its sums keep this order until they are stored.
 */
import { type ConvGeometry, isPointwise, leavesNoMap, windowOf } from './convGeometry';
import { ceilDivide, lanesOf, type Program, unroll, vectorType, workgroupOf } from './kernel';
import { type Patch, patchOf, unrolledTaps } from './patch';
import { inOrder, quadGroup, swapped } from './quads';

type Element = 'f32' | 'vec4<f32>';

export interface RegisterTile {
  label: string;
  /** The sizes of the convolution that is computed. For the gradient by the input, this is the convolution of dy. */
  geometry: ConvGeometry;
  /** Returns the declarations. `input` and `weights` are arrays of the given types. */
  bindings(input: Element, weights: Element): string;
  /** How far apart the weights of neighbouring taps, input channels and output channels lie. */
  strides: { tap: number; input: number; output: number };
  /** Returns the number of the tap whose row and column are given as expressions. */
  tap(ky: string, kx: string): string;
  /** Returns where the pixel `y`, `x` of image `image` lies in the output. If left out, pixels lie row by row. */
  pixel?: (y: string, x: string) => string;
  /**
   * Returns statements that store vector `column + c` of a pixel. In them, `to` is the index of the pixel's vector
   * `column`, and `sum` is the value.
   */
  store(sum: string, c: number): string;
  /** If left out, the patch with the lowest cost is taken. */
  patch?: Patch | undefined;
  /** Shares weights within quads if the channels are a multiple of four. The device needs `subgroups`. */
  quads?: boolean;
}

/** A 1×1 convolution reads no neighbours, so all pixels of all images can be one row. */
function flattened(g: ConvGeometry): ConvGeometry {
  if (!isPointwise(g)) return g;
  const pixels = g.batch * g.inHeight * g.inWidth;
  return { ...g, batch: 1, inHeight: 1, outHeight: 1, inWidth: pixels, outWidth: pixels };
}

export function registerTile(tile: RegisterTile): Program {
  const g = tile.pixel ? tile.geometry : flattened(tile.geometry);
  const lanes = lanesOf(g.outChannels);
  const quads = Boolean(tile.quads) && lanes === 4;
  const { height, width, columns, inputs } = tile.patch ?? patchOf(g, quads);
  const T = vectorType(lanes);
  // If the number of input channels allows it, four of them are loaded together.
  const step = lanesOf(inputs);
  const I = vectorType(step);
  const vectors = g.outChannels / lanes;
  const blocksHigh = ceilDivide(g.outHeight, height);
  const blocksWide = ceilDivide(g.outWidth, width);
  const blocks = g.batch * blocksHigh * blocksWide;
  const columnBlocks = vectors / columns;
  const [groupWidth, groupHeight] = quads ? [1, quadGroup(blocks)] : workgroupOf(columnBlocks);
  const [tapsHigh, tapsWide] = unrolledTaps(g);
  const rows = windowOf(height, tapsHigh, g.strideHeight);
  const places = windowOf(width, tapsWide, g.strideWidth);
  const inside = leavesNoMap(g);

  const pixel = tile.pixel ?? ((y, x) => `(image * ${g.outHeight} + ${y}) * ${g.outWidth} + ${x}`);
  const parts = ['.x', '.y', '.z', '.w'];
  const components = lanes === 4 ? parts : [''];
  const sumOf = (y: number, x: number, c: number, k: number) => `sum${y}_${x}_${c}_${k}`;
  const eachSum = (f: (y: number, x: number, k: number) => string) =>
    unroll(height, y => unroll(width, x => unroll(lanes, k => f(y, x, k))));
  // If a place lies beyond the map, all bits of its mask are 0, so the number that is read there becomes 0.
  const maskOf = (axis: 'y' | 'x', place: number, stride: number, pad: number, side: number) => `
      let ${axis}${place} = first${axis.toUpperCase()} * ${stride} + k${axis} + ${place - pad};
      let in${axis}${place} = select(0, -1, (${axis}${place} >= 0) & (${axis}${place} < ${side}));`;
  const load = (y: number, x: number, n: number) => {
    const value = `input[at + ${((y * g.inWidth + x) * g.inChannels + n) / step}]`;
    const masked = `bitcast<${I}>(bitcast<${step === 4 ? 'vec4<i32>' : 'i32'}>(${value}) & ${step === 4 ? `vec4<i32>(iny${y} & inx${x})` : `iny${y} & inx${x}`})`;
    return `let a${n / step}_${y}_${x} = ${inside ? value : masked};`;
  };
  const tapLoops = [
    ...(tapsHigh < g.kernelHeight ? [`for (var ky = 0; ky < ${g.kernelHeight}; ky += ${tapsHigh}) {`] : []),
    ...(tapsWide < g.kernelWidth ? [`for (var kx = 0; kx < ${g.kernelWidth}; kx += ${tapsWide}) {`] : []),
  ];

  // Weights that lie side by side are loaded four at a time. In a quad, each thread loads one of the four.
  const { strides } = tile;
  const together = lanes === 4 && strides.output === 1 && !quads;
  const unit = together ? 4 : 1;
  const channel = (c: number, k: number) => (c * lanes + k) * strides.output;
  const weightsOf = (ky: number, kx: number, n: number, c: number) => {
    const tap = `${tile.tap(`(ky + ${ky})`, `(kx + ${kx})`)} * ${strides.tap / unit}`;
    const at = (k: number) => `weights[weight + ${tap} + ${(n * strides.input + channel(c, k)) / unit}]`;
    const name = `w${n}_${ky}_${kx}`;
    if (quads) {
      const mine = `mine${n}_${ky}_${kx}`;
      return `let ${mine} = ${at(0)}; let ${name} = ${swapped(mine)};`;
    }
    if (together) return `let ${name} = ${at(0)};`;
    return `let ${name} = ${T}(${components.map((_, k) => at(k)).join(', ')});`;
  };
  const eachTap = (f: (ky: number, kx: number, n: number) => string) =>
    Array.from({ length: inputs * tapsHigh * tapsWide }, (_, at) =>
      f(Math.floor(at / tapsWide) % tapsHigh, at % tapsWide, Math.floor(at / tapsHigh / tapsWide)),
    );
  const multiply = (c: number) => `
      {
        ${eachTap((ky, kx, n) => weightsOf(ky, kx, n, c)).join('\n')}
        ${eachSum((y, x, k) => {
          const products = eachTap(
            (ky, kx, n) =>
              `a${Math.floor(n / step)}_${y * g.strideHeight + ky}_${x * g.strideWidth + kx}${step === 4 ? parts[n % 4] : ''} * w${n}_${ky}_${kx}${components[k]}`,
          );
          return `${sumOf(y, x, c, k)} = ${[sumOf(y, x, c, k), ...products].join(' + ')};`;
        })}
      }`;

  const vectorOf = (y: number, x: number, c: number) =>
    `${T}(${components.map((_, k) => sumOf(y, x, c, k)).join(', ')})`;
  return {
    label: tile.label,
    workgroups: quads
      ? [columnBlocks, ceilDivide(blocks, groupHeight), 1]
      : [ceilDivide(columnBlocks, groupWidth), ceilDivide(blocks, groupHeight), 1],
    wgsl: `${quads ? 'enable subgroups;' : ''}
${tile.bindings(I, together ? 'vec4<f32>' : 'f32')}
${quads ? inOrder : ''}
@compute @workgroup_size(${groupWidth}, ${groupHeight})
fn main(${
      quads
        ? '@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32, @builtin(subgroup_invocation_id) thread: u32'
        : '@builtin(global_invocation_id) id: vec3<u32>'
    }) {
  ${
    quads
      ? `
  let column = i32(group.x) * ${columns};
  let block = i32(group.y * ${groupHeight}u + local);`
      : `
  let column = i32(id.x) * ${columns};
  let block = i32(id.y);
  if (column >= ${vectors} || block >= ${blocks}) { return; }`
  }
  ${tapsHigh * tapsWide === 0 ? '_ = &input; _ = &weights; // bound, though no tap meets these pixels' : ''}
  let image = block / ${blocksHigh * blocksWide};
  let position = block - image * ${blocksHigh * blocksWide};
  let firstY = (position / ${blocksWide}) * ${height};
  let firstX = (position % ${blocksWide}) * ${width};
  ${unroll(columns, c => eachSum((y, x, k) => `var ${sumOf(y, x, c, k)} = 0.0;`))}
  ${tapsHigh < g.kernelHeight ? '' : 'const ky = 0;'}
  ${tapsWide < g.kernelWidth ? '' : 'const kx = 0;'}
  ${tapLoops.join('\n')}
    ${inside ? '' : rows.map(y => maskOf('y', y, g.strideHeight, g.padTop, g.inHeight)).join('\n')}
    ${inside ? '' : places.map(x => maskOf('x', x, g.strideWidth, g.padLeft, g.inWidth)).join('\n')}
    let top = firstY * ${g.strideHeight} + ky - ${g.padTop};
    let left = firstX * ${g.strideWidth} + kx - ${g.padLeft};
    let corner = ((image * ${g.inHeight} + top) * ${g.inWidth} + left) * ${g.inChannels / step};
    for (var i = 0; i < ${g.inChannels}; i += ${inputs}) {
      let at = corner + ${step === 4 ? '(i >> 2u)' : 'i'};
      let weight = i * ${strides.input / unit} + ${quads ? `(column * 4 + i32(thread & 3u))` : `column * ${lanes / unit}`} * ${strides.output};
      ${unroll(inputs / step, n => rows.map(y => places.map(x => load(y, x, n * step)).join('\n')).join('\n'))}
      ${unroll(columns, multiply)}
    }
  ${'}'.repeat(tapLoops.length)}
  ${quads ? `if (block >= ${blocks}) { return; }` : ''}
  ${unroll(height, y =>
    unroll(
      width,
      x => `
  if (firstY + ${y} < ${g.outHeight} && firstX + ${x} < ${g.outWidth}) {
    let to = (${pixel(`(firstY + ${y})`, `(firstX + ${x})`)}) * ${vectors} + column;
    ${unroll(columns, c => `let value${c} = ${quads ? `inOrder(${vectorOf(y, x, c)}, thread)` : vectorOf(y, x, c)}; ${tile.store(`value${c}`, c)}`)}
  }`,
    ),
  )}
}`,
  };
}
