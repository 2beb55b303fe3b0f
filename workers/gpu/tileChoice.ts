/**
 * @file Which flavour of convolution tile an adapter runs: measured once on a typical layer and then kept, because
 * the flavours add in different orders and a run must repeat to the bit on the same adapter.
 */
import { get, set } from 'idb-keyval';
import { TILES, type TileFlavour } from './kernels/kernel';
import { fastestTiles, type TileChoice, tilesFor } from './tileMeasure';

const chosen = new WeakMap<GPUDevice, TileChoice>();

/** True where "GPU" work runs on the CPU: barriers cost a context switch each, and measuring would take seconds. */
export const isSoftware = ({ adapterInfo }: GPUDevice): boolean =>
  adapterInfo?.isFallbackAdapter || adapterInfo?.architecture === 'swiftshader';

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
