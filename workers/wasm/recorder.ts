/**
 * @file The commands of a step as they run, and the memory of its values. While a step is recorded its values share no
 * block with anything else, and values that are never alive together share blocks. So the commands can run again, in
 * the same order, on the same addresses.
 */
import type { AppError } from '../protocol/errors';
import { Blocks, type Heap } from './heap';

/** A call of a kernel. */
export interface KernelCall {
  kernel: string;
  numbers: readonly (number | boolean)[];
  /** The number of items that threads may share. Their first and last are the kernel's last arguments. */
  range?: number;
}

/** A piece of work over one linear memory. It finds its operands by addresses that were fixed when it was made. */
export interface Command {
  /** The kernel's name, for profiles. */
  label: string;
  run(): void;
  /** What it calls, unless it runs in JavaScript. */
  call?: KernelCall;
}

/** The least that a recording asks of the heap at a time. */
const chunkBytes = 2 ** 20;

export class Recorder {
  readonly #heap: Heap;
  readonly #chunks: number[] = [];
  readonly #values: Blocks;
  /** Constants that the step wrote, and tables that it made: whether a tensor still holds them. */
  readonly #fixed = new Map<number, boolean>();
  readonly commands: Command[] = [];
  /** Bytes that constants and tables take, and all values. */
  fixedBytes = 0;
  plannedBytes = 0;
  /** The reason why the work cannot be repeated. */
  refusal: AppError | null = null;

  constructor(heap: Heap) {
    this.#heap = heap;
    this.#values = new Blocks(size => {
      const bytes = Math.max(size, chunkBytes);
      const at = heap.allocate(bytes);
      this.#chunks.push(at);
      this.plannedBytes += bytes;
      return { at, size: bytes };
    });
  }

  /** A block for a value that the step computes. */
  value(bytes: number): number {
    return this.#values.allocate(bytes);
  }

  /** A block that keeps its content until the recording is disposed. */
  constant(bytes: number): number {
    const at = this.#heap.allocate(bytes);
    this.#fixed.set(at, true);
    this.fixedBytes += bytes;
    return at;
  }

  /** Whether the block is this recording's. Then nobody needs its content any more, but replays may. */
  release(at: number): boolean {
    if (this.#values.has(at)) this.#values.free(at);
    else if (this.#fixed.has(at)) this.#fixed.set(at, false);
    else return false;
    return true;
  }

  /** Constants that a tensor still holds are the heap's from now on. */
  dispose(): void {
    for (const at of this.#chunks) this.#heap.free(at);
    for (const [at, held] of this.#fixed) if (!held) this.#heap.free(at);
    this.#fixed.clear();
    this.#chunks.length = 0;
    this.commands.length = 0;
  }
}
