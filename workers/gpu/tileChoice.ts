/**
 * @file Which flavour of convolution tile an adapter runs: measured once on a typical layer and then kept, because
 * the flavours add in different orders and a run must repeat to the bit on the same adapter.
 */
import { get, set } from 'idb-keyval';
import { pipelineOf } from './dispatch';
import { convForward } from './kernels/convForward';
import { type ConvGeometry, convGeometry, convSizes } from './kernels/convGeometry';
import type { TileFlavour } from './kernels/kernel';
import { programFor } from './kernels/programFor';

export type { TileFlavour };

const chosen = new WeakMap<GPUDevice, TileFlavour>();

/** 340 million multiply-adds, a third of a millisecond on a 1 TFLOP/s adapter. */
const probe = convGeometry([16, 24, 24, 64], [3, 3, 64], 1, 'same');
const repeats = 8;

/** True where "GPU" work runs on the CPU: barriers cost a context switch each, and measuring would take seconds. */
export const isSoftware = ({ adapterInfo }: GPUDevice): boolean =>
  adapterInfo?.isFallbackAdapter || adapterInfo?.architecture === 'swiftshader';

/** Milliseconds that one flavour takes for a layer, best of three, compiled and warmed up before; infinity if it cannot run. */
export async function measureTile(
  device: GPUDevice,
  tile: TileFlavour,
  geometry: ConvGeometry = probe,
): Promise<number> {
  const { input, output, kernel } = convSizes(geometry);
  const program = programFor(convForward, { geometry, tile });
  device.pushErrorScope('validation');
  const pipeline = pipelineOf(device, program);
  const buffers = [output, input, kernel].map(size =>
    device.createBuffer({ size: 4 * size, usage: GPUBufferUsage.STORAGE }),
  );
  const bindGroup = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  const run = async (count: number) => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    for (let i = 0; i < count; i++) pass.dispatchWorkgroups(...program.workgroups);
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
    for (const buffer of buffers) buffer.destroy();
  }
}

/**
 * Settles the flavour for a device: what was kept for its adapter, else by measurement. Before that, and on software
 * adapters, it is registers.
 */
export async function chooseTile(device: GPUDevice): Promise<TileFlavour> {
  if (isSoftware(device)) return 'registers';
  const { vendor, architecture, description } = device.adapterInfo ?? {};
  const key = `convolution tile: ${[vendor, architecture, description].join(' · ')}`;
  // Storage may be forbidden; then each session measures.
  const kept: unknown = await get(key).catch(() => undefined);
  const tile = kept === 'registers' || kept === 'shared' ? kept : await fasterTile(device);
  if (kept !== tile) await set(key, tile).catch(() => undefined);
  setTile(device, tile);
  return tile;
}

/** Sets the flavour without measuring: for a bench that compares them. */
export function setTile(device: GPUDevice, tile: TileFlavour): void {
  chosen.set(device, tile);
}

async function fasterTile(device: GPUDevice): Promise<TileFlavour> {
  const registers = await measureTile(device, 'registers');
  const shared = await measureTile(device, 'shared');
  return shared < registers ? 'shared' : 'registers';
}

/** The flavour that `chooseTile` settled. */
export const tileOf = (device: GPUDevice): TileFlavour => chosen.get(device) ?? 'registers';

/** The flavour for a product of this size: a shared tile of 64 × 64 is mostly idle on anything much smaller. */
export function tileFor(device: GPUDevice, rows: number, columns: number): TileFlavour {
  return rows >= 64 && columns >= 32 ? tileOf(device) : 'registers';
}
