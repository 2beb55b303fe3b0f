/**
 * @file What a thread beside the training worker does. It runs the shared commands of recorded steps over the same memory.
 * Between two steps it sleeps. What to run it reads from the memory, as a sleeping thread hears no messages.
 */
import type { Kernels } from './module';
import type { KernelCall } from './recorder';
import { partOf } from './sharing';

/** How often a thread looks before it sleeps: some 50 µs. */
export const spins = 50_000;

/** The words of the block that all threads know: the barrier's two, then the step to run and where its text lies. */
export const words = { barrier: 0, step: 16, text: 17, length: 18, all: 32 } as const;

/** What a thread gets to start with. */
export interface ThreadStart {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  /** Address of the common block. */
  block: number;
  thread: number;
  threads: number;
}

export type SharedCall = Pick<KernelCall, 'kernel' | 'numbers'> & { range: number; meetAfter: boolean };

export function runPart(
  kernels: Kernels,
  { kernel, numbers, range }: SharedCall,
  thread: number,
  threads: number,
) {
  const [from, to] = partOf(range, thread, threads);
  if (from < to) kernels[kernel]?.(...numbers, from, to);
}

/** Steps that a thread remembers, so that it need not read their text again. */
const remembered = 8;

/** What a thread does for ever. */
export function serveSteps(kernels: Kernels, { memory, block, thread, threads }: ThreadStart): never {
  const known = new Map<number, SharedCall[]>();
  const meet = () => kernels.barrier?.(block, threads, spins);
  for (;;) {
    meet();
    // Other threads may have made the memory longer since.
    const head = new Int32Array(memory.buffer, block, words.all);
    const step = head[words.step] ?? 0;
    let calls = known.get(step);
    if (!calls) {
      const text = new Uint8Array(memory.buffer, head[words.text], head[words.length]).slice();
      calls = JSON.parse(new TextDecoder().decode(text)) as SharedCall[];
      known.set(step, calls);
      const [oldest] = known.keys();
      if (known.size > remembered && oldest !== undefined) known.delete(oldest);
    }
    calls.forEach((call, i) => {
      if (i > 0) meet();
      runPart(kernels, call, thread, threads);
      if (call.meetAfter) meet();
    });
  }
}
