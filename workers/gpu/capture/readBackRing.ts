/**
 * @file Reads the outputs of all steps back without waiting for each step. A step's submit copies its outputs into
 * the next slot of a buffer, and JavaScript reads several slots at once. The number of slots depends on the GPU's
 * speed. On a slow GPU every step is read as soon as it is done. A fast GPU is read about once a frame, and a person
 * does not need it more often. When no more steps come, the remaining outputs are read a frame later.
 */

const frameMs = 16;
/**
 * A buffer has many slots for small outputs like a training step's, and few for outputs like an evaluation's logits.
 */
const mostSlots = 32;
const mostBytes = 65_536;

/** A group of steps that are read together. */
interface Group {
  buffer: GPUBuffer;
  steps: number;
  bytes: Promise<ArrayBuffer>;
  begin(bytes: Promise<ArrayBuffer>): void;
  timer: ReturnType<typeof setTimeout>;
}

export class ReadBackRing {
  readonly #device: GPUDevice;
  readonly #size: number;
  readonly #slots: number;
  readonly #now: () => number;
  readonly #idle: GPUBuffer[] = [];
  /** The group that waits to be read. */
  #open: Group | null = null;
  #every = 1;
  #lastAt = Number.NEGATIVE_INFINITY;
  #lastStepMs = Number.POSITIVE_INFINITY;
  #disposed = false;

  /** @param size is the bytes of one step's outputs, a multiple of 4. */
  constructor(device: GPUDevice, size: number, now = () => performance.now()) {
    this.#device = device;
    this.#size = size;
    this.#slots = Math.max(1, Math.min(mostSlots, Math.floor(mostBytes / size)));
    this.#now = now;
  }

  /** The number of steps that are read together at present. */
  get every(): number {
    return this.#every;
  }

  /** Returns the place to copy the next step's outputs to. Call `read` when the copy is submitted. */
  slot(): { buffer: GPUBuffer; offset: number } {
    this.#open ??= this.#group();
    return { buffer: this.#open.buffer, offset: this.#open.steps * this.#size };
  }

  /** Resolves with the bytes of the step in the slot, when its group has been read. */
  async read(): Promise<ArrayBuffer> {
    const group = this.#open ?? this.#group();
    const offset = group.steps++ * this.#size;
    if (group.steps >= this.#every) this.flush();
    return (await group.bytes).slice(offset, offset + this.#size);
  }

  /** Starts to read the waiting group. This costs no submit. */
  flush(): void {
    const group = this.#open;
    if (!group || group.steps === 0) return;
    this.#open = null;
    clearTimeout(group.timer);
    group.begin(this.#map(group));
  }

  #group(): Group {
    let begin: Group['begin'] = () => undefined;
    const bytes = new Promise<ArrayBuffer>(resolve => {
      begin = resolve;
    });
    const buffer =
      this.#idle.pop() ??
      this.#device.createBuffer({
        size: this.#size * this.#slots,
        usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
      });
    return { buffer, steps: 0, bytes, begin, timer: setTimeout(() => this.flush(), frameMs) };
  }

  async #map({ buffer, steps }: Group): Promise<ArrayBuffer> {
    try {
      await buffer.mapAsync(GPUMapMode.READ, 0, steps * this.#size);
      const bytes = buffer.getMappedRange(0, steps * this.#size).slice(0);
      buffer.unmap();
      return bytes;
    } finally {
      if (this.#disposed) buffer.destroy();
      else this.#idle.push(buffer);
      this.#adapt(steps);
    }
  }

  /**
   * Uses the slower of the last two measurements. When a busy thread gets two groups at once, the second looks too
   * fast.
   */
  #adapt(steps: number): void {
    const now = this.#now();
    const stepMs = (now - this.#lastAt) / steps;
    const fitting = Math.floor(frameMs / Math.max(stepMs, this.#lastStepMs));
    this.#lastAt = now;
    this.#lastStepMs = stepMs;
    this.#every = Math.max(1, Math.min(fitting, 2 * this.#every, this.#slots));
    if (this.#open && this.#open.steps >= this.#every) this.flush();
  }

  dispose(): void {
    this.flush();
    this.#disposed = true;
    if (this.#open) {
      clearTimeout(this.#open.timer);
      this.#open.buffer.destroy();
    }
    this.#open = null;
    for (const buffer of this.#idle) buffer.destroy();
    this.#idle.length = 0;
  }
}
