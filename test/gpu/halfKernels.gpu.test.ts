/** Compares kernels on buffers of halves with their plain twins, which get the same halves. */
import { describe, expect, test } from 'vitest';
import { lossScale } from '../../workers/gpu/halfMaps';
import { KERNELS } from '../../workers/gpu/kernels/kernels';
import {
  type HalfFlavour,
  type Halves,
  halfError,
  halfFlavour,
  withHalves,
} from '../../workers/gpu/wgsl/halfStorage';
import type { Values } from '../../workers/gpu/wgsl/kernel';
import { programFor } from '../../workers/gpu/wgsl/programFor';
import { type AnyKernel, runsOn } from '../fixtures/anyKernel';
import { expectClose } from '../fixtures/expectClose';
import { packHalves, scalesOf, unpackHalves } from '../fixtures/halves';
import { device } from '../fixtures/kernelDevice';
import { noise, runProgram } from '../fixtures/runProgram';

/** Packed halves work everywhere. Native ones are tested too if the adapter has them. */
const flavours: ReadonlySet<HalfFlavour> = new Set(['packed', halfFlavour(device)]);

/** Runs the kernel with these of its buffers as halves and its twin on the numbers in them, and compares the results. */
async function expectTwin(kernel: AnyKernel, options: object, halves: Halves): Promise<void> {
  const { outputs, inputs } = kernel.sizes(options);
  const { scales } = halves;
  const isHalf = (binding: number) => scales[binding] !== undefined;
  const read = kernel.example?.(options) ?? inputs.map((size, i) => noise(size, outputs.length + i));
  const values: Values[] = [
    ...outputs.map((size, i) =>
      kernel.integers?.includes(i) ? new Int32Array(size).fill(-1) : noise(size, i),
    ),
    ...read,
  ];
  const buffers = values.map((plain, i) => (isHalf(i) ? packHalves(plain, scales[i] ?? 1) : plain));
  // The twin gets the values that the buffers hold, which have been rounded once.
  const seen = buffers.map((words, i) =>
    isHalf(i) ? unpackHalves(words as Int32Array<ArrayBuffer>, scales[i] ?? 1) : (values[i] as Values),
  );
  const integers = [...Object.keys(scales).map(Number), ...(kernel.integers ?? [])];
  const program = programFor(kernel, options, halves);
  const onGpu = await runProgram(device, program, buffers, outputs.length, integers);
  kernel.reference(options, ...seen);
  onGpu.forEach((got, i) => {
    const what = `${kernel.name} ${JSON.stringify(options)} buffer ${i}`;
    const result = isHalf(i) ? unpackHalves(got as Int32Array<ArrayBuffer>, scales[i] ?? 1) : got;
    expectClose(result, seen[i] as Values, isHalf(i) ? halfError : 1e-5, what);
  });
}

/** The kernels that read or write maps of halves in a training step, except those of the weight unit. */
const mapKernels = [
  ...[KERNELS.convForward, KERNELS.convInputGradient, KERNELS.convFilterGradient],
  ...[KERNELS.batchNormSums, KERNELS.batchNormApply, KERNELS.batchNormWhole],
  ...[KERNELS.batchNormGradientSums, KERNELS.batchNormInputGradient, KERNELS.batchNormWholeGradient],
  ...[KERNELS.reluGradient, KERNELS.columnSums, KERNELS.maxPool, KERNELS.maxPoolGradient],
  ...[KERNELS.globalAverage, KERNELS.globalAverageGradient, KERNELS.copyChannels, KERNELS.addMaps],
  ...[KERNELS.joinChannels, KERNELS.splitChannels],
] as readonly AnyKernel[];

/** The weight unit's kernels, and where they bind Z: the trunk's last map under another shape, all else is float32. */
const zReaders = [
  { kernel: KERNELS.unitForward, binding: 1 },
  { kernel: KERNELS.unitGradient, binding: 4 },
  { kernel: KERNELS.unitInputGradient, binding: 5 },
] as const;

describe.each([...flavours])('%s halves', flavour => {
  test.each(mapKernels)('$name equals its plain twin', async kernel => {
    // Compiling takes most of the time: the cases that keep most of their buffers as halves stand for the others.
    const sorted = kernel.cases
      .map(options => {
        const { outputs, inputs } = kernel.sizes(options);
        const program = kernel.wgsl(options);
        return { options, scales: scalesOf(program, [...outputs, ...inputs]) };
      })
      .sort((a, b) => Object.keys(b.scales).length - Object.keys(a.scales).length);
    // One of each flavour, in the largest tile that a case names.
    const tiled = (tile: string) =>
      sorted.filter(({ options }) => 'tile' in options && options.tile === tile && runsOn(device, options));
    const large = tiled('quads').filter(({ options }) => 'patch' in options || 'tiling' in options);
    const cases = new Set([...sorted.slice(0, 3), ...tiled('shared').slice(0, 1), ...large.slice(0, 1)]);
    expect(Object.keys(sorted[0]?.scales ?? {}).length).toBeGreaterThan(0);
    for (const { options, scales } of cases) await expectTwin(kernel, options, { flavour, scales });
  });

  test.each(zReaders)('$kernel.name equals its plain twin where Z is such a map', async entry => {
    const sizes = { batch: 3, zSize: 68, rows: 2, firstTask: 0 };
    const shape = { ...sizes, normaliseZ: true, normaliseLogits: true, logitScale: 2 };
    await expectTwin(entry.kernel, shape, { flavour, scales: { [entry.binding]: 1 } });
  });

  test('what no half can hold is stored as NaN, and what is too small for a half survives as a gradient', async () => {
    const options = { size: 8 };
    const program = KERNELS.addMaps.wgsl(options);
    const [a, b] = [Float32Array.of(65_504, 65_600, 1, -1, 3e-9, 1, 2, 3), new Float32Array(8)];
    const store = async (scale: number) => {
      const buffers = [new Int32Array(4), a, b];
      const stored = withHalves(program, { flavour, scales: { 0: scale } });
      const [words] = await runProgram(device, stored, buffers, 1, [0]);
      return Array.from(unpackHalves(words as Int32Array<ArrayBuffer>, scale));
    };
    const plain = await store(1);
    expect(plain.slice(0, 4)).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
    expect(plain.slice(4)).toEqual([0, 1, 2, 3]);
    expect((await store(lossScale))[4]).toBeCloseTo(3e-9, 10);
  });
});
