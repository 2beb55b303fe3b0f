/** @file Sets the variants up one after the other, and counts the memory of each and the cost of one step. */
import type { Outcome, VariantId } from '../protocol/bench';
import * as tf from '../tf/tf';
import type { Backends } from './backends';
import type { GpuWork } from './gpuMeter';
import { timed } from './interleave';
import { type Trainer, VARIANTS } from './variants';
import type { Workload } from './workload';

export interface Started {
  trainer: Trainer;
  /** The time of the step that was counted. */
  ms: number;
  bytes: number;
  /** null if the variant does not use WebGPU. */
  work: GpuWork | null;
}

const words: Record<VariantId, string> = {
  stock: 'stock tfjs',
  convolutions: 'tfjs with our convolutions',
  eager: 'our step through tfjs',
  replay: 'our step, replayed',
  webgl: 'tfjs on WebGL',
};
/** Replay comes first. It compiles its programs in parallel, and eager then finds them ready. */
const order: readonly VariantId[] = ['replay', 'eager', 'stock', 'convolutions', 'webgl'];

export const why = (error: unknown) => ({ failed: error instanceof Error ? error.message : String(error) });

/** Sets up each variant and counts its memory and its work. */
export async function startAll(
  backends: Backends,
  workload: Workload,
  onVariant: (label: string, index: number) => void,
): Promise<Map<VariantId, Outcome<Started>>> {
  const all = new Map<VariantId, Outcome<Started>>();
  for (const [index, id] of order.entries()) {
    onVariant(words[id], index);
    const { backend, start } = VARIANTS[id];
    const before = backends.meter.bytes;
    try {
      const gpu = await backends.use(backend);
      const trainer = await start(workload);
      const { work, result } = await backends.meter.count(() => timed(trainer.step));
      backends.check();
      const bytes = gpu ? backends.meter.bytes - before : webglBytes();
      all.set(id, { trainer, bytes, ms: result.ms, work: gpu ? perPiece(work, result.pieces) : null });
    } catch (error) {
      all.set(id, why(error));
    }
  }
  return all;
}

const perPiece = ({ dispatches, submits, traffic }: GpuWork, pieces: number): GpuWork => ({
  ...{ dispatches: dispatches / pieces, submits: submits / pieces, traffic: traffic / pieces },
});

/** Returns tfjs's own count, including the textures that it keeps for later. */
function webglBytes(): number {
  const memory = tf.memory();
  return 'numBytesInGPUAllocated' in memory ? Number(memory.numBytesInGPUAllocated) : Number.NaN;
}
