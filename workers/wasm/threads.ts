/** @file Starts threads beside the training worker, and runs recorded steps with them (`serveSteps.ts`). */
import type { Heap } from './heap';
import type { Kernels } from './module';
import { runPart, type SharedCall, spins, type ThreadStart, words } from './serveSteps';
import type { Segment } from './sharing';

/** A step that threads share. */
export interface SharedStep {
  run(): void;
  dispose(): void;
}

export class Threads {
  readonly #kernels: Kernels;
  readonly #heap: Heap;
  readonly #block: number;
  readonly count: number;
  #steps = 0;

  private constructor(kernels: Kernels, heap: Heap, block: number, count: number) {
    this.#kernels = kernels;
    this.#heap = heap;
    this.#block = block;
    this.count = count;
  }

  /**
   * Starts `count` − 1 threads beside the caller's, which must be a worker, because a page must not sleep.
   * @param memory must be shared.
   * @throws Error if a thread does not start.
   */
  static async start(
    { module, kernels, heap }: { module: WebAssembly.Module; kernels: Kernels; heap: Heap },
    count: number,
  ): Promise<Threads> {
    const block = heap.allocate(4 * words.all);
    heap.integers(block, words.all).fill(0);
    const workers: Worker[] = [];
    const started = Array.from({ length: count - 1 }, (_, i) => {
      const worker = new Worker(new URL('./thread.worker.ts', import.meta.url), { type: 'module' });
      workers.push(worker);
      return new Promise<void>((resolve, reject) => {
        worker.onmessage = () => resolve();
        worker.onerror = ({ message }) => reject(new Error(`a thread does not start: ${message}`));
        const start: ThreadStart = {
          ...{ module, memory: heap.memory, block },
          ...{ thread: i + 1, threads: count },
        };
        worker.postMessage(start);
      });
    });
    try {
      await Promise.all(started);
    } catch (error) {
      for (const worker of workers) worker.terminate();
      heap.free(block);
      throw error;
    }
    return new Threads(kernels, heap, block, count);
  }

  /** Makes a step that all threads run together, or null if there is nothing to share. */
  share(segments: readonly Segment[]): SharedStep | null {
    const calls = segments.flatMap((segment): SharedCall[] => {
      if (segment.kind === 'alone') return [];
      const { kernel, numbers, range } = segment.call;
      return [{ kernel, numbers, range, meetAfter: segment.meetAfter }];
    });
    if (calls.length === 0) return null;
    const heap = this.#heap;
    const text = new TextEncoder().encode(JSON.stringify(calls));
    const at = heap.allocate(text.length);
    heap.bytes(at, text.length).set(text);
    const step = ++this.#steps;
    const meet = () => this.#kernels.barrier?.(this.#block, this.count, spins);
    return {
      run: () => {
        heap.integers(this.#block, words.all).set([step, at, text.length], words.step);
        let next = 0;
        for (const segment of segments) {
          if (segment.kind === 'alone') {
            for (const { run } of segment.commands) run();
            continue;
          }
          const call = calls[next++];
          if (!call) continue;
          meet();
          runPart(this.#kernels, call, 0, this.count);
          if (call.meetAfter) meet();
        }
      },
      dispose: () => heap.free(at),
    };
  }
}
