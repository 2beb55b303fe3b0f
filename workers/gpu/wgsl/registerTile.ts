/**
 * @file A convolution as a register tile: one thread computes a patch of pixels × one or more vectors of channels. It
 * holds the window under its patch and the weights that meet it, so that a number of the map is loaded once for all taps
 * and a weight once for all pixels, and then adds up one number after the other: a compiler that keeps few values in
 * registers keeps that one. No barriers: adapters that run on the CPU want this, where loads take most of the time.
 *
 * In quads, the four threads of each quad of a subgroup compute different patches with the same weights: each loads a
 * quarter of them and swaps it with the others'. A thread then has them in an order of its own, which its sums keep until
 * they are stored.
 */
import { type ConvGeometry, isPointwise, leavesNoMap, windowOf } from './convGeometry';
import { ceilDivide, lanesOf, type Program, unroll, vectorType, workgroupOf } from './kernel';
import { type Patch, patchOf, unrolledTaps } from './patch';
import { inOrder, quadGroup, swapped } from './quads';

type Element = 'f32' | 'vec4<f32>';

export interface RegisterTile {
  label: string;
  /** Of what is computed: the gradient by the input is the convolution of dy. */
  geometry: ConvGeometry;
  /** Declarations, with `input` and `weights` as arrays of the types that are given. */
  bindings(input: Element, weights: Element): string;
  /** How far apart the weights of neighbouring taps, input channels and output channels lie. */
  strides: { tap: number; input: number; output: number };
  /** Number of the tap whose row and column are given as expressions. */
  tap(ky: string, kx: string): string;
  /** Where the pixel `y`, `x` of image `image` lies in the output; row by row if left out. */
  pixel?: (y: string, x: string) => string;
  /** Statements that store vector `column + c` of a pixel: `to` = index of the pixel's vector `column`, `sum` = its value. */
  store(sum: string, c: number): string;
  /** The one that costs least if left out. */
  patch?: Patch | undefined;
  /** Shares weights within quads of a subgroup, where channels come four at a time. The device needs `subgroups`. */
  quads?: boolean;
}

/** A 1×1 convolution has no neighbours: all pixels of all images lie in one row. */
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
  // Of several input channels at a time four are loaded together.
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
  // Where a place lies beyond the map, what is read there is replaced by 0: all bits of its mask are 0.
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

  // Weights that lie side by side are loaded four at a time; a quad's thread loads one of four.
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
