/** @file Measures how long a device takes for a layer in each flavour of convolution tile. */
import { pipelineOf } from './dispatch';
import { convFilterGradient } from './kernels/conv/convFilterGradient';
import { convForward } from './kernels/conv/convForward';
import { convInputGradient } from './kernels/conv/convInputGradient';
import { type ConvGeometry, convGeometry } from './wgsl/convGeometry';
import { filterGradientSplits } from './wgsl/filterTiling';
import type { Kernel, Program, TileFlavour } from './wgsl/kernel';
import { programFor } from './wgsl/programFor';

/** This layer has 340 million multiply-adds, a third of a millisecond on a 1 TFLOP/s adapter. */
const probe = convGeometry([16, 24, 24, 64], [3, 3, 64], 1, 'same');
const repeats = 8;

/** Returns the programs of all three directions of a layer in one flavour, with the sizes of their buffers. */
function directions(geometry: ConvGeometry, tile: TileFlavour): { program: Program; sizes: number[] }[] {
  const direction = <Options>(kernel: Kernel<Options>, options: Options) => {
    const { outputs, inputs } = kernel.sizes(options);
    return { program: programFor(kernel, options), sizes: [...outputs, ...inputs] };
  };
  return [
    direction(convForward, { geometry, tile }),
    direction(convInputGradient, { geometry, tile }),
    direction(convFilterGradient, { geometry, tile, splits: filterGradientSplits(geometry, 8192, tile) }),
  ];
}

/**
 * Returns the milliseconds that one flavour takes for a layer, forward and backward. It is the best of three
 * measurements after compiling and warming up, and infinity if the flavour cannot run.
 */
export async function measureTile(
  device: GPUDevice,
  tile: TileFlavour,
  geometry: ConvGeometry = probe,
): Promise<number> {
  // A driver that cannot compile a flavour must not fail the device.
  device.pushErrorScope('internal');
  device.pushErrorScope('validation');
  const made: GPUBuffer[] = [];
  const passes = directions(geometry, tile).map(({ program, sizes }) => {
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
    const errors = [await device.popErrorScope(), await device.popErrorScope()];
    return errors.some(Boolean) ? Number.POSITIVE_INFINITY : fastest;
  } finally {
    for (const buffer of made) buffer.destroy();
  }
}

/** Measures the two flavours that any hardware can run and returns the faster one. */
export async function fasterTile(device: GPUDevice): Promise<TileFlavour> {
  const registers = await measureTile(device, 'registers');
  const shared = await measureTile(device, 'shared');
  return shared < registers ? 'shared' : 'registers';
}
