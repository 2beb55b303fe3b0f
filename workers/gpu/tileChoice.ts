/**
 * @file Chooses the flavour of convolution tile that an adapter runs. It is measured once on a typical layer and then
 * kept, because the flavours add in different orders and a run must repeat to the bit on the same adapter.
 */
import { get, set } from 'idb-keyval';
import { fasterTile } from './tileMeasure';
import { TILES, type TileFlavour } from './wgsl/kernel';

const chosen = new WeakMap<GPUDevice, TileFlavour>();

/**
 * True where "GPU" work runs on the CPU. There each barrier costs a context switch, and measuring would take seconds.
 */
export const isSoftware = ({ adapterInfo: info }: GPUDevice): boolean =>
  info?.isFallbackAdapter ||
  // SwiftShader, Mesa's lavapipe and Microsoft's WARP do not always say so.
  /swiftshader|llvmpipe|lavapipe|warp|basic render/i.test(
    [info?.vendor, info?.architecture, info?.device, info?.description].join(' '),
  );

/**
 * Settles the flavour for a device. On hardware it is the one kept for the adapter. If none is kept, `registers` and
 * `shared` are measured and the faster one is taken. On software adapters nothing is measured: the flavour is
 * `registers`, or `quads` on SwiftShader with subgroups, because its workgroups of few threads suit a CPU. Until this
 * has run, the flavour is `registers`.
 */
export async function chooseTile(device: GPUDevice, measure = fasterTile): Promise<TileFlavour> {
  const tile = isSoftware(device) ? softwareTile(device) : await keptTile(device, measure);
  setTile(device, tile);
  return tile;
}

const softwareTile = ({ adapterInfo, features }: GPUDevice): TileFlavour =>
  adapterInfo.architecture === 'swiftshader' && features.has('subgroups') ? 'quads' : 'registers';

async function keptTile(device: GPUDevice, measure: typeof fasterTile): Promise<TileFlavour> {
  const { vendor, architecture, description } = device.adapterInfo ?? {};
  const key = `convolution tile: ${[vendor, architecture, description].join(' · ')}`;
  // Storage may be forbidden. Then each session measures again.
  const kept: unknown = await get(key).catch(() => undefined);
  const known = TILES.find(tile => tile === kept && tile !== 'quads');
  if (known) return known;
  const tile = await measure(device);
  await set(key, tile).catch(() => undefined);
  return tile;
}

/** Sets the flavour without measuring. */
export function setTile(device: GPUDevice, tile: TileFlavour): void {
  chosen.set(device, tile);
}

/** The flavour that `chooseTile` settled. */
export const tileOf = (device: GPUDevice): TileFlavour => chosen.get(device) ?? 'registers';

/** The flavour for a product of this size. A shared tile of 64 × 64 would be mostly idle on a much smaller product. */
export function tileFor(device: GPUDevice, rows: number, columns: number): TileFlavour {
  const tile = tileOf(device);
  return tile === 'shared' && (rows < 64 || columns < 32) ? 'registers' : tile;
}
