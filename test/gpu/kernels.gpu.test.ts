import { expect, test } from 'vitest';
import { KERNELS } from '../../workers/gpu/kernels/kernels';
import { isCorrected, slotCount, updateRules } from '../../workers/gpu/kernels/optimizer/updateParameters';
import { isSoftware } from '../../workers/gpu/tileChoice';
import { convGeometry } from '../../workers/gpu/wgsl/convGeometry';
import type { Values } from '../../workers/gpu/wgsl/kernel';
import { programFor } from '../../workers/gpu/wgsl/programFor';
import { type AnyKernel, kernels, runsOn } from '../fixtures/anyKernel';
import { expectClose } from '../fixtures/expectClose';
import { device } from '../fixtures/kernelDevice';
import { type Draw, drawOf, kernelDraws } from '../fixtures/kernelDraws';
import { noise, runProgram } from '../fixtures/runProgram';

/*
 * The reference sums in double precision. Cases and draws add at most 400 products of numbers in −1 … 1, so float32's own
 * rounding is below √400 · 2⁻²⁴ · (a sum of about 10) ≈ 1e-5.
 */
const tolerance = 1e-5;

/** Runs the kernel and its twin on `read`, or on its own example, and compares all that they wrote. */
async function expectTwin(
  kernel: AnyKernel,
  options: object,
  what: string,
  read?: Values[],
  within = tolerance,
  found?: Values[],
) {
  const { outputs, inputs } = kernel.sizes(options);
  // What a kernel goes on from, a mean square among it, is never negative: the root's NaN would hide a difference.
  const written =
    found ??
    outputs.map((size, i) =>
      kernel.integers?.includes(i) ? new Int32Array(size).fill(-1) : noise(size, i).map(Math.abs),
    );
  expect(written.map(({ length }) => length)).toEqual(outputs);
  const given = read ?? kernel.example?.(options) ?? inputs.map((size, i) => noise(size, outputs.length + i));
  expect(given.map(({ length }) => length)).toEqual(inputs);
  const buffers: Values[] = [...written, ...given];
  const onGpu = await runProgram(
    device,
    programFor(kernel, options),
    buffers,
    outputs.length,
    kernel.integers,
  );
  kernel.reference(options, ...buffers);
  onGpu.forEach((values, i) => {
    const wanted = buffers[i] as Values;
    expectClose(values, wanted, within, `${kernel.name} ${what} ${JSON.stringify(options)} buffer ${i}`);
  });
}

test('SwiftShader has the subgroups that quads need', () => {
  if (isSoftware(device)) expect(device.features.has('subgroups')).toBe(true);
});

test.each(kernels)('$name equals its plain twin on every case', async kernel => {
  expect(kernel.cases.length).toBeGreaterThan(0);
  for (const options of kernel.cases.filter(each => runsOn(device, each)))
    await expectTwin(kernel, options, 'case');
});

const seeds = [1, 2, 3];
const draws: Readonly<Record<string, (draw: Draw) => object>> = kernelDraws;

test.each(kernels)('$name equals its plain twin on random sizes', async kernel => {
  for (const seed of seeds) {
    const options =
      draws[kernel.name]?.(drawOf(kernel.name, seed)) ?? expect.fail(`no draw of ${kernel.name}`);
    if (runsOn(device, options)) await expectTwin(kernel, options, `seed ${seed}`);
  }
});

const { NEGATIVE_INFINITY: never } = Number;
const fill = (length: number, f: (i: number) => number) => Float32Array.from({ length }, (_, i) => f(i));

/**
 * Three images: numbers of ±1e18 that all add up, one infinite pixel in a corner, zeros. Each is a split of its own where
 * a filter's gradient is taken, so that one dispatch shows all three.
 */
const geometry = convGeometry([3, 4, 5, 4], [3, 3, 8], 1, 'same');
const image = (length: number, channels: number, sign: (channel: number) => number) =>
  fill(3 * length, i => {
    const size = sign(i % channels) * (1 + (i % 3));
    return [1e18 * size, i === length ? Number.POSITIVE_INFINITY : size, 0][Math.floor(i / length)] ?? 0;
  });
const alternating = (channel: number) => 1 - 2 * (channel % 2);
const filter = fill(9 * 4 * 8, i => alternating(Math.floor(i / 8)) * alternating(i) * (1 + (i % 5)) * 1e17);
const [inputMap, outputMap] = [image(4 * 5 * 4, 4, alternating), image(4 * 5 * 8, 8, alternating)];
/** Finite, and 0 in no place of the second image: infinity reaches every tap that meets it. */
const finite = outputMap.map(value => (Number.isFinite(value) ? value : 1));
const [what, splits] = ['±1e18, an infinite pixel, zeros', 3];
/** Tiles as large as those of real layers, some of which are cut off at an edge. */
const patchOf = (columns: number) => ({ height: 3, width: 2, columns, inputs: 1 });
const tiling = { tapsHigh: 3, tapsWide: 3, inputs: 1, columns: 2, pixels: 2 };
const convolutionExtremes = [
  ...(['registers', 'quads'] as const)
    .filter(tile => runsOn(device, { tile }))
    .flatMap(tile => [
      {
        ...{ what: `${what} (${tile})`, kernel: KERNELS.convForward, read: [inputMap, filter] },
        options: { geometry, tile, patch: patchOf(2) },
      },
      {
        ...{ what: `${what} (${tile})`, kernel: KERNELS.convInputGradient, read: [outputMap, filter] },
        options: { geometry, tile, patch: patchOf(1) },
      },
      {
        ...{ what: `${what} (${tile})`, kernel: KERNELS.convFilterGradient, read: [inputMap, finite] },
        options: { geometry, splits, tile, tiling },
      },
    ]),
  // A shared tile is compiled for seconds; this direction has the border and the splits to get wrong.
  {
    ...{ what: `${what} (shared)`, kernel: KERNELS.convFilterGradient },
    ...{ options: { geometry, splits, tile: 'shared' }, read: [inputMap, finite] },
  },
];

/** A map in which all values are −∞, and one in which all are equal. The first tap wins. */
const pool = convGeometry([2, 5, 6, 4], [3, 3, 4], 2, 'same');
const flatMaps = fill(2 * 5 * 6 * 4, i => (i < 5 * 6 * 4 ? never : 0.5));
const [pooled, taps] = [new Float32Array(2 * 3 * 3 * 4), new Int32Array(2 * 3 * 3)];
KERNELS.maxPool.reference(pool, pooled, taps, flatMaps);
const poolingExtremes = [
  { what: 'all −∞, and all ties', kernel: KERNELS.maxPool, options: pool, read: [flatMaps] },
  {
    ...{ what: 'infinite and huge gradients of ties', kernel: KERNELS.maxPoolGradient, options: pool },
    read: [pooled.map((_, i) => [Number.POSITIVE_INFINITY, 1e30, 0][i % 3] ?? 0), taps],
  },
];

/** Slots before the first step; a parameter without a gradient beside one that clipping divides by 2e29. */
const group = { sizes: [5, 6], decays: [0, 0.1] };
const huge = [new Float32Array(5), fill(6, i => alternating(i) * 1e30)];
const hyper = Float32Array.of(0.05, 0.9, 0.9, 1e-3, 5);
const optimizerExtremes = [
  ...updateRules.map(rule => {
    const options = { ...group, rule, slotSize: 11, first: 0, threads: 2 };
    const scale = isCorrected(rule) ? Float32Array.of(5e-30, 0.1, 0.1) : Float32Array.of(5e-30);
    return {
      ...{ what: `zero and huge gradients (${rule})`, kernel: KERNELS.updateParameters, options },
      found: [
        ...group.sizes.map(size => noise(size, 1)),
        ...Array.from({ length: slotCount(rule) }, () => new Float32Array(11)),
      ],
      read: [...huge, hyper, scale],
    };
  }),
  {
    ...{ what: 'gradients of ±1e30, whose squares overflow', kernel: KERNELS.gradientSquares },
    options: { ...group, parts: 1024, offset: 0 },
    read: [noise(6, 1), ...huge],
  },
];

/** Numbers at the edge of float32, and where a mean or a division has nothing to work on. */
const extremes: readonly {
  what: string;
  kernel: object;
  options: object;
  read: Values[];
  /** The values in the outputs before the kernel runs. */
  found?: Values[];
  within?: number;
}[] = [
  ...convolutionExtremes,
  ...poolingExtremes,
  ...optimizerExtremes,
  {
    ...{ what: 'logits of ±1e4, ±3e38 and −∞', kernel: KERNELS.crossEntropyRows },
    options: { rows: 5, classes: 3 },
    read: [
      Float32Array.of(1e4, -1e4, 0, -1e4, -1e4, -1e4, 3e38, -3e38, 0, 1, never, 2, never, 5, never),
      Int32Array.of(1, 2, 0, 2, 1),
    ],
  },
  {
    ...{ what: 'no labelled row', kernel: KERNELS.crossEntropyRows, options: { rows: 2, classes: 3 } },
    read: [Float32Array.of(1e4, 0, -1e4, 1, 2, 3), Int32Array.of(-1, -1)],
  },
  {
    ...{ what: 'no labelled row', kernel: KERNELS.maskedMean, options: { rows: 3, kinds: 2 } },
    read: [fill(6, i => 3e38 - i), Int32Array.of(-1, -1, -1)],
  },
  {
    ...{ what: 'no labelled sample', kernel: KERNELS.moveCenters },
    options: { batch: 2, classes: 2, features: 3, rate: 0.5 },
    read: [fill(6, () => 1e30), Int32Array.of(-1, -1)],
  },
  {
    ...{ what: 'no labelled sample', kernel: KERNELS.centerDistances },
    options: { batch: 2, classes: 2, features: 3 },
    read: [fill(6, () => 1e30), Int32Array.of(-1, -1), fill(6, () => -1e30)],
  },
  {
    ...{ what: 'a mean far above the deviation', kernel: KERNELS.batchNormSums },
    options: { rows: 60, channels: 4, splits: 3 },
    read: [fill(240, i => 4096 + Math.sin(i))],
  },
  {
    ...{ what: 'a mean far above the deviation', kernel: KERNELS.batchNormWhole },
    options: { rows: 60, channels: 4, epsilon: 1e-3 },
    read: [fill(240, i => 1024 + Math.sin(i)), fill(4, i => i / 4)],
    // A mean of 1024 is rounded to 2⁻¹⁴ = 6e-5 in float32, and z is as far off in deviations of 0.7.
    within: 2e-4,
  },
  {
    ...{ what: 'constant channels, and denormal ones', kernel: KERNELS.batchNormWhole },
    options: { rows: 9, channels: 3, epsilon: 1e-3 },
    read: [fill(27, i => [7, 1e-40 * i, 0][i % 3] ?? 0), fill(3, () => 0.5)],
  },
  {
    ...{ what: 'a zero row, one of 1e-30 and one of 1e18', kernel: KERNELS.normaliseRows },
    options: { rows: 3, features: 5, epsilon: 1e-10 },
    read: [fill(15, i => [0, 1e-30, 1e18][Math.floor(i / 5)] ?? 0)],
  },
  {
    ...{ what: 'a sample of zeros and one of 1e16, logits of ±1e4', kernel: KERNELS.unitForward },
    options: {
      ...{ batch: 2, zSize: 3, rows: 2, normaliseZ: true, normaliseLogits: true, logitScale: 1 },
      firstTask: 0,
    },
    read: [
      ...[Float32Array.of(0, 0, 0, 1e16, -1e16, 1e16), fill(6, i => i - 2), Float32Array.of(1e4, -1e4)],
      Float32Array.of(1, 1),
    ],
  },
  {
    ...{ what: 'no task in the batch', kernel: KERNELS.unitForward },
    options: {
      ...{ batch: 2, zSize: 3, rows: 2, normaliseZ: true, normaliseLogits: true, logitScale: 1 },
      firstTask: 1,
    },
    read: [...[6, 6, 2].map(length => fill(length, i => i - 2)), Float32Array.of(1, 0, 0)],
  },
  {
    ...{ what: 'no task in the batch, σ = 0', kernel: KERNELS.unitSlopes },
    options: {
      ...{ batch: 1, zSize: 3, rows: 2, normaliseZ: false, normaliseLogits: false, logitScale: 1 },
      ...{ firstTask: 0, from: 'l3' },
    },
    read: [fill(6, () => 0.5), ...[2, 1, 1, 1].map(length => new Float32Array(length))],
  },
  {
    ...{ what: 'a norm that overflowed', kernel: KERNELS.clipScale, options: { parts: 2, corrected: false } },
    read: [Float32Array.of(Number.POSITIVE_INFINITY, 1), Float32Array.of(0.1, 0.9, 0.9, 1, 5)],
  },
  {
    ...{
      what: 'NaN, which must be seen',
      kernel: KERNELS.clipScale,
      options: { parts: 2, corrected: false },
    },
    read: [Float32Array.of(Number.NaN, 1), Float32Array.of(0.1, 0.9, 0.9, 1, 5)],
  },
];

test.each(extremes)('$kernel.name equals its plain twin at an extreme: $what', async extreme => {
  const { kernel, options, what, read, found, within } = extreme;
  await expectTwin(kernel as AnyKernel, options, what, read, within, found);
});
