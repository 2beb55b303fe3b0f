/**
 * @file Blocks of the one linear memory that all kernels read and write. A block begins at a multiple of 64 bytes, a
 * cache line, and freed neighbours join.
 */
import { AppError } from '../protocol/errors';

const pageBytes = 65_536;
const line = 64;
const rounded = (bytes: number) => Math.max(line, Math.ceil(bytes / line) * line);

interface Block {
  at: number;
  size: number;
}

/** Blocks by address. A freed block is given again before new memory is asked for. */
export class Blocks {
  /** In order of address. */
  readonly #free: Block[] = [];
  readonly #sizes = new Map<number, number>();
  readonly #extend: (size: number) => Block;
  /** Bytes of all blocks. */
  used = 0;

  /** @param extend gives a new block of at least `size` bytes, or throws. */
  constructor(extend: (size: number) => Block) {
    this.#extend = extend;
  }

  /** The address of a block whose content is not defined. */
  allocate(bytes: number): number {
    const size = rounded(bytes);
    const at = this.#take(size);
    this.#sizes.set(at, size);
    this.used += size;
    return at;
  }

  has(at: number): boolean {
    return this.#sizes.has(at);
  }

  /** The smallest free block that is large enough, else new memory. */
  #take(size: number): number {
    let best: Block | undefined;
    for (const block of this.#free) if (block.size >= size && (!best || block.size < best.size)) best = block;
    if (!best) {
      const more = this.#extend(size);
      this.#put(more);
      return this.#take(size);
    }
    const { at } = best;
    best.at += size;
    best.size -= size;
    if (best.size === 0) this.#free.splice(this.#free.indexOf(best), 1);
    return at;
  }

  free(at: number): void {
    const size = this.#sizes.get(at);
    if (size === undefined) throw new Error(`no block begins at ${at}`);
    this.#sizes.delete(at);
    this.used -= size;
    this.#put({ at, size });
  }

  /** Joins a block with its free neighbours. */
  #put({ at, size }: Block): void {
    let i = this.#free.findIndex(block => block.at > at);
    if (i < 0) i = this.#free.length;
    const [before, after] = [this.#free[i - 1], this.#free[i]];
    const joinsBefore = before && before.at + before.size === at;
    const joinsAfter = after && at + size === after.at;
    if (joinsBefore) {
      before.size += size + (joinsAfter ? after.size : 0);
      if (joinsAfter) this.#free.splice(i, 1);
    } else if (joinsAfter) {
      after.at = at;
      after.size += size;
    } else this.#free.splice(i, 0, { at, size });
  }
}

export class Heap extends Blocks {
  readonly memory: WebAssembly.Memory;

  /**
   * @param start the first address that the kernels' own data leave free.
   * `allocate` throws AppError `wasm/memory` when the browser gives no more.
   */
  constructor(memory: WebAssembly.Memory, start: number) {
    let end = rounded(start);
    super(size => {
      const at = end;
      grow(memory, at + size);
      end += size;
      return { at, size };
    });
    this.memory = memory;
  }

  /** Views of the memory as it is: growing it makes older ones empty. */
  floats(at: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, at, length);
  }
  integers(at: number, length: number): Int32Array {
    return new Int32Array(this.memory.buffer, at, length);
  }
  bytes(at: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, at, length);
  }
}

/** Makes the memory at least `bytes` long, and if the browser lets it, a quarter longer, so that it grows rarely. */
function grow(memory: WebAssembly.Memory, bytes: number): void {
  const has = memory.buffer.byteLength;
  const missing = Math.ceil((bytes - has) / pageBytes);
  if (missing <= 0) return;
  const generous = Math.max(missing, Math.floor(has / 4 / pageBytes));
  for (const pages of [generous, missing]) {
    try {
      memory.grow(pages);
      return;
    } catch {}
  }
  throw new AppError(
    'wasm/memory',
    `The browser gives WebAssembly no more than ${Math.round(has / 2 ** 20)} MiB. Choose a smaller batch size or preset.`,
  );
}
