/**
 * @file Which flavour of convolution tile an adapter runs: measured once on a typical layer and then kept, because
 * the flavours add in different orders and a run must repeat to the bit on the same adapter.
 */
import { get, set } from 'idb-keyval';
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

const chosen = new WeakMap<GPUDevice, TileChoice>();

/** 340 million multiply-adds, a third of a millisecond on a 1 TFLOP/s adapter. */
const probe = convGeometry([16, 24, 24, 64], [3, 3, 64], 1, 'same');
const repeats = 8;

/** True where "GPU" work runs on the CPU: barriers cost a context switch each, and measuring would take seconds. */
export const isSoftware = ({ adapterInfo }: GPUDevice): boolean =>
  adapterInfo?.isFallbackAdapter || adapterInfo?.architecture === 'swiftshader';

/** The flavours that a device can run. */
export const tilesFor = ({ features }: GPUDevice): TileFlavour[] =>
  TILES.filter(tile => tile !== 'quads' || features.has('subgroups'));

/** All three directions of a layer in one flavour, with the sizes of their buffers. */
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
    return (await device.popErrorScope()) ? Number.POSITIVE_INFINITY : fastest;
  } finally {
    for (const buffer of made) buffer.destroy();
  }
}

/** The fastest by measurement: `small` is one that does without a workgroup's memory. */
export async function fastestTiles(device: GPUDevice, geometry: ConvGeometry = probe): Promise<TileChoice> {
  const times: { tile: TileFlavour; ms: number }[] = [];
  for (const tile of tilesFor(device)) times.push({ tile, ms: await measureTile(device, tile, geometry) });
  const fastest = (among: typeof times) =>
    among.reduce((best, next) => (next.ms < best.ms ? next : best)).tile;
  return { large: fastest(times), small: fastest(times.filter(({ tile }) => tile !== 'shared')) };
}

const isChoice = (value: unknown): value is TileChoice =>
  typeof value === 'object' &&
  value !== null &&
  ['large', 'small'].every(size => TILES.includes(Reflect.get(value, size)));

/**
 * Settles the flavours for a device: what was kept for its adapter, else by measurement. On software adapters nothing is
 * measured: it is quads where they exist, else registers. Before that it is registers.
 */
export async function chooseTiles(
  device: GPUDevice,
  measure: typeof fastestTiles = fastestTiles,
): Promise<TileChoice> {
  const choice = isSoftware(device) ? softwareTiles(device) : await keptTiles(device, measure);
  setTiles(device, choice);
  return choice;
}

function softwareTiles(device: GPUDevice): TileChoice {
  const tile = tilesFor(device).includes('quads') ? 'quads' : 'registers';
  return { large: tile, small: tile };
}

async function keptTiles(device: GPUDevice, measure: typeof fastestTiles): Promise<TileChoice> {
  const { vendor, architecture, description } = device.adapterInfo ?? {};
  const key = `convolution tiles: ${[vendor, architecture, description].join(' · ')}`;
  // Storage may be forbidden; then each session measures.
  const kept: unknown = await get(key).catch(() => undefined);
  const runs = isChoice(kept) && [kept.large, kept.small].every(tile => tilesFor(device).includes(tile));
  if (runs) return kept;
  const choice = await measure(device);
  await set(key, choice).catch(() => undefined);
  return choice;
}

/** Sets the flavours without measuring. */
export function setTiles(device: GPUDevice, choice: TileChoice): void {
  chosen.set(device, choice);
}

/** The flavours that `chooseTiles` settled. */
export const tilesOf = (device: GPUDevice): TileChoice =>
  chosen.get(device) ?? { large: 'registers', small: 'registers' };

/** The flavour for a product of this size: a shared tile of 64 × 64 is mostly idle on anything much smaller. */
export function tileFor(device: GPUDevice, rows: number, columns: number): TileFlavour {
  const { large, small } = tilesOf(device);
  return rows >= 64 && columns >= 32 ? large : small;
}
