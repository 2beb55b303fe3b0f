/** @file Sets the variants up one after the other, and counts the memory of each and the cost of one step. */
import type { Outcome, VariantId } from '../protocol/bench';
import * as tf from '../tf/tf';
import { WasmBackend } from '../wasm/backend';
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
  wasm: 'our step on WebAssembly',
  webgl: 'tfjs on WebGL',
};
/** Replay comes first. It compiles its programs in parallel, and eager then finds them ready. */
const order: readonly VariantId[] = ['replay', 'eager', 'stock', 'convolutions', 'wasm', 'webgl'];

export const why = (error: unknown) => ({ failed: error instanceof Error ? error.message : String(error) });

/** Sets up each wanted variant and counts its memory and its work. */
export async function startAll(
  backends: Backends,
  workload: Workload,
  wanted: readonly VariantId[],
  onVariant: (label: string, index: number) => void,
): Promise<Map<VariantId, Outcome<Started>>> {
  const all = new Map<VariantId, Outcome<Started>>();
  const { gpu } = backends;
  for (const [index, id] of order.filter(id => wanted.includes(id)).entries()) {
    onVariant(words[id], index);
    const { backend, start } = VARIANTS[id];
    try {
      const meter = (await backends.use(backend)) && gpu?.meter;
      const held = () => meter?.bytes ?? bytesOffWebGpu();
      const before = held();
      const trainer = await start(workload);
      const step = () => timed(trainer.step);
      const { work, result } = meter ? await meter.count(step) : { work: null, result: await step() };
      backends.check();
      all.set(id, {
        ...{ trainer, bytes: held() - before, ms: result.ms },
        work: work && perPiece(work, result.pieces),
      });
    } catch (error) {
      all.set(id, why(error));
    }
  }
  return all;
}

const perPiece = ({ dispatches, submits, traffic }: GpuWork, pieces: number): GpuWork => ({
  ...{ dispatches: dispatches / pieces, submits: submits / pieces, traffic: traffic / pieces },
});

/** Returns the blocks in WebAssembly's memory, or tfjs's own count, including the textures that it keeps for later. */
function bytesOffWebGpu(): number {
  const backend = tf.backend();
  if (backend instanceof WasmBackend) return backend.heap.used;
  const memory = tf.memory();
  return 'numBytesInGPUAllocated' in memory ? Number(memory.numBytesInGPUAllocated) : Number.NaN;
}
