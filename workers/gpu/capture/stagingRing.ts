/** @file Buffers that carry results back: as many as there are read-backs in flight, used in turn. */

export class StagingRing {
  readonly #device: GPUDevice;
  readonly #size: number;
  readonly #idle: GPUBuffer[] = [];
  #disposed = false;

  /** @param size bytes of one read-back. */
  constructor(device: GPUDevice, size: number) {
    this.#device = device;
    this.#size = size;
  }

  /** A buffer to copy to; pass it to `read` once the copy is submitted. */
  take(): GPUBuffer {
    return (
      this.#idle.pop() ??
      this.#device.createBuffer({
        size: this.#size,
        usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
      })
    );
  }

  async read(buffer: GPUBuffer): Promise<ArrayBuffer> {
    try {
      await buffer.mapAsync(GPUMapMode.READ);
      const bytes = buffer.getMappedRange().slice(0);
      buffer.unmap();
      return bytes;
    } finally {
      if (this.#disposed) buffer.destroy();
      else this.#idle.push(buffer);
    }
  }

  dispose(): void {
    this.#disposed = true;
    for (const buffer of this.#idle) buffer.destroy();
    this.#idle.length = 0;
  }
}
