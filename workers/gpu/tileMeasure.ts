/** @file How long a device takes for a layer in each flavour of convolution tile, and whether quads are what they should be there. */
import { pipelineOf } from './dispatch';
import { convFilterGradient, filterGradientSplits } from './kernels/convFilterGradient';
import { convForward } from './kernels/convForward';
import { type ConvGeometry, convGeometry } from './kernels/convGeometry';
import { convInputGradient } from './kernels/convInputGradient';
import { type Kernel, type Program, TILES, type TileFlavour } from './kernels/kernel';
import { programFor } from './kernels/programFor';

/** The flavour for products large enough for any, and the one for smaller ones. */
export interface TileChoice {
  large: TileFlavour;
  small: TileFlavour;
}

/** 340 million multiply-adds, a third of a millisecond on a 1 TFLOP/s adapter. */
const probe = convGeometry([16, 24, 24, 64], [3, 3, 64], 1, 'same');
const repeats = 8;

/** The flavours that a device can run. */
export const tilesFor = ({ features }: GPUDevice): TileFlavour[] =>
  TILES.filter(tile => tile !== 'quads' || features.has('subgroups'));

/** All three directions of a layer in one flavour, with the sizes of their buffers. */
function directions(
  geometry: ConvGeometry,
  tile: TileFlavour,
  splits: number,
): { program: Program; sizes: number[] }[] {
  const direction = <Options>(kernel: Kernel<Options>, options: Options) => {
    const { outputs, inputs } = kernel.sizes(options);
    return { program: programFor(kernel, options), sizes: [...outputs, ...inputs] };
  };
  return [
    direction(convForward, { geometry, tile }),
    direction(convInputGradient, { geometry, tile }),
    direction(convFilterGradient, { geometry, tile, splits }),
  ];
}

/**
 * Milliseconds that one flavour takes for a layer forward and backward, best of three, compiled and warmed up before;
 * infinity if it cannot run.
 */
export async function measureTile(
  device: GPUDevice,
  tile: TileFlavour,
  geometry: ConvGeometry = probe,
): Promise<number> {
  device.pushErrorScope('validation');
  const made: GPUBuffer[] = [];
  const splits = filterGradientSplits(geometry, 8192, tile);
  const passes = directions(geometry, tile, splits).map(({ program, sizes }) => {
    const pipeline = pipelineOf(device, program);
    const buffers = sizes.map(size => device.createBuffer({ size: 4 * size, usage: GPUBufferUsage.STORAGE }));
    made.push(...buffers);
    const bindGroup = device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    return { pipeline, bindGroup, workgroups: program.workgroups };
  });
  const run = async (count: number) => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (const { pipeline, bindGroup, workgroups } of passes) {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, bindGroup);
      for (let i = 0; i < count; i++) pass.dispatchWorkgroups(...workgroups);
    }
    pass.end();
    const start = performance.now();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
    return (performance.now() - start) / count;
  };
  try {
    await run(1);
    const fastest = Math.min(await run(repeats), await run(repeats), await run(repeats));
    return (await device.popErrorScope()) ? Number.POSITIVE_INFINITY : fastest;
  } finally {
    for (const buffer of made) buffer.destroy();
  }
}

/**
 * Whether two programs on the same inputs leave the same output but for rounding. Which threads make a quad is the
 * driver's choice, so quads are looked at before they are trusted.
 */
export async function sameOutput(
  device: GPUDevice,
  programs: readonly Program[],
  [outputSize = 0, ...inputSizes]: readonly number[],
): Promise<boolean> {
  const { STORAGE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
  const made: GPUBuffer[] = [];
  const create = (size: number, usage: GPUBufferUsageFlags) => {
    const buffer = device.createBuffer({ size: 4 * size, usage });
    made.push(buffer);
    return buffer;
  };
  const inputs = inputSizes.map((size, input) => {
    const buffer = create(size, STORAGE | COPY_DST);
    device.queue.writeBuffer(
      buffer,
      0,
      Float32Array.from({ length: size }, (_, i) => Math.sin(1.7 * i + input)),
    );
    return buffer;
  });
  const outputs = programs.map(program => {
    const pipeline = pipelineOf(device, program);
    const output = create(outputSize, STORAGE | COPY_SRC);
    const copy = create(outputSize, COPY_DST | MAP_READ);
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(
      0,
      device.createBindGroup({
        layout: pipeline.getBindGroupLayout(0),
        entries: [output, ...inputs].map((buffer, binding) => ({ binding, resource: { buffer } })),
      }),
    );
    pass.dispatchWorkgroups(...program.workgroups);
    pass.end();
    encoder.copyBufferToBuffer(output, 0, copy, 0, output.size);
    device.queue.submit([encoder.finish()]);
    return copy;
  });
  try {
    await Promise.all(outputs.map(copy => copy.mapAsync(GPUMapMode.READ)));
    const [first = new Float32Array(), ...others] = outputs.map(
      copy => new Float32Array(copy.getMappedRange()),
    );
    return others.every(other => other.every((value, i) => Math.abs(value - (first[i] ?? 0)) <= 1e-4));
  } finally {
    for (const buffer of made) buffer.destroy();
  }
}

/** Of all three directions, on a layer with borders and idle threads. */
async function quadsAgree(device: GPUDevice): Promise<boolean> {
  const geometry = convGeometry([2, 7, 9, 8], [3, 3, 12], 1, 'same');
  const [alone, shared] = [directions(geometry, 'registers', 3), directions(geometry, 'quads', 3)];
  const agree = await Promise.all(
    alone.map(({ program, sizes }, i) => {
      const other = shared[i];
      return !!other && sameOutput(device, [program, other.program], sizes);
    }),
  );
  return agree.every(Boolean);
}

/** The fastest by measurement; for small products, of those that do without a workgroup's memory. */
export async function fastestTiles(device: GPUDevice, geometry: ConvGeometry = probe): Promise<TileChoice> {
  const times: { tile: TileFlavour; ms: number }[] = [];
  for (const tile of tilesFor(device))
    if (tile !== 'quads' || (await quadsAgree(device)))
      times.push({ tile, ms: await measureTile(device, tile, geometry) });
  const fastest = (among: typeof times) =>
    among.reduce((best, next) => (next.ms < best.ms ? next : best)).tile;
  return { large: fastest(times), small: fastest(times.filter(({ tile }) => tile !== 'shared')) };
}
