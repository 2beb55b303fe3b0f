/**
 * @file Takes over a backend's buffers while a piece of work runs. A recorded step then shares no buffer with anything
 * else, and we can tell each use of a recycled buffer from the use before.
 */
import { AppError } from '../../protocol/errors';
import type { WebGPUBackend } from '../../tf/webgpu';
import { flush } from '../dispatch';
import type { Lifetime } from './planSlots';

type Manager = WebGPUBackend['bufferManager'];

/** The allocator of each buffer that does not come from tfjs's own manager. */
const owners = new WeakMap<GPUBuffer, StepAllocator>();
const active = new WeakMap<Manager, StepAllocator>();
const hooked = new WeakSet<Manager>();

function hook(manager: Manager): void {
  if (hooked.has(manager)) return;
  hooked.add(manager);
  const acquire = manager.acquireBuffer.bind(manager);
  const release = manager.releaseBuffer.bind(manager);
  manager.acquireBuffer = (size, usage, mappedAtCreation = false, reuse = true) =>
    active.get(manager)?.acquire(size, usage, mappedAtCreation) ??
    acquire(size, usage, mappedAtCreation, reuse);
  manager.releaseBuffer = (buffer, reuse = true) => {
    const owner = owners.get(buffer);
    if (owner) owner.release(buffer);
    else release(buffer, reuse);
  };
}

/** Runs `work` while every buffer of the backend comes from `allocator`. */
export function allocateFrom<T>(backend: WebGPUBackend, allocator: StepAllocator, work: () => T): T {
  const manager = backend.bufferManager;
  hook(manager);
  if (active.has(manager))
    throw new AppError('gpu/capture', 'A step is being captured already: capture one after the other.');
  active.set(manager, allocator);
  try {
    return work();
  } finally {
    active.delete(manager);
  }
}

/** Runs `work` and destroys the freed buffers at once. tfjs would keep them for later use. */
export function inScratch<T>(backend: WebGPUBackend, work: () => T): T {
  const scratch = new StepAllocator(backend);
  try {
    return allocateFrom(backend, scratch, work);
  } finally {
    flush(backend);
    scratch.dispose();
  }
}

export class StepAllocator {
  readonly #backend: WebGPUBackend;
  /** Fixed buffers that still hold a tensor. Such a tensor is older than the step, and the step uploaded it. */
  readonly #held = new Set<GPUBuffer>();
  readonly #doomed: GPUBuffer[] = [];
  readonly #free = new Map<number, GPUBuffer[]>();
  readonly #current = new Map<GPUBuffer, Lifetime>();
  #closed = false;
  /** The value that each acquired buffer held, in order of acquisition. `captureStep` fills in the lifetimes. */
  readonly values: Lifetime[] = [];
  /**
   * Constants that the step uploaded, and the uniforms of its dispatches. These buffers are never recycled, so that a
   * replay finds them unchanged.
   */
  readonly fixed = new Set<GPUBuffer>();
  /** Bytes of the recycled buffers. The step needs this much with tfjs's own lifetimes. */
  byteLength = 0;
  /** The reason why the work cannot be captured. tfjs reads asynchronously, so nobody would catch a thrown error. */
  refusal: AppError | null = null;

  constructor(backend: WebGPUBackend) {
    this.#backend = backend;
  }

  /** Returns the value that the buffer holds now. It is `undefined` for a fixed buffer or one from elsewhere. */
  valueIn(buffer: GPUBuffer): Lifetime | undefined {
    return this.#current.get(buffer);
  }

  acquire(size: number, usage: GPUBufferUsageFlags, mappedAtCreation: boolean): GPUBuffer {
    if (usage & GPUBufferUsage.MAP_READ) {
      this.refusal = new AppError(
        'gpu/capture',
        'A captured step read a tensor back. What it reads would be frozen: read its outputs after the step.',
      );
      throw this.refusal;
    }
    if (mappedAtCreation || usage & GPUBufferUsage.UNIFORM) {
      const buffer = this.#create({ size, usage, mappedAtCreation });
      this.fixed.add(buffer);
      this.#held.add(buffer);
      return buffer;
    }
    let buffer = this.#free.get(size)?.pop();
    if (!buffer) {
      buffer = this.#create({ size, usage });
      this.byteLength += size;
    }
    const value = { size, first: -1, last: -1 };
    this.values.push(value);
    this.#current.set(buffer, value);
    return buffer;
  }

  #create(descriptor: GPUBufferDescriptor): GPUBuffer {
    const buffer = this.#backend.device.createBuffer(descriptor);
    owners.set(buffer, this);
    return buffer;
  }

  release(buffer: GPUBuffer): void {
    this.#held.delete(buffer);
    if (this.fixed.has(buffer)) return;
    if (this.#closed) {
      // Commands that use the buffer may still wait for their submit, and we must not submit in the middle of tfjs's
      // work.
      if (this.#doomed.push(buffer) === 1) queueMicrotask(() => this.#destroyDoomed());
      return;
    }
    const same = this.#free.get(buffer.size) ?? [];
    same.push(buffer);
    this.#free.set(buffer.size, same);
  }

  #destroyDoomed(): void {
    flush(this.#backend);
    for (const buffer of this.#doomed) buffer.destroy();
    this.#doomed.length = 0;
  }

  /**
   * Destroys the buffers that no tensor holds. The others follow when their tensors are disposed. Fixed buffers stay.
   */
  close(): void {
    this.#closed = true;
    for (const buffers of this.#free.values()) for (const buffer of buffers) buffer.destroy();
    this.#free.clear();
    this.#current.clear();
  }

  dispose(): void {
    if (!this.#closed) this.close();
    for (const buffer of this.fixed) if (!this.#held.has(buffer)) buffer.destroy();
    this.fixed.clear();
  }
}
