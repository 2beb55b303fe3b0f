/**
 * @file Counts everything that reaches a WebGPU device: the memory in use, and the dispatches, submits and bytes of one
 * piece of work. Dispatches are followed only while `count` runs, so that the meter does not slow timed steps.
 */

export interface GpuWork {
  dispatches: number;
  submits: number;
  /** The bytes of all bindings of all dispatches, as if each was read or written once. */
  traffic: number;
}

export class GpuMeter {
  readonly #living = new Set<GPUBuffer>();
  readonly #bound = new WeakMap<GPUBindGroup, number>();

  /** Follows the device from now on and never stops. */
  constructor(device: GPUDevice) {
    const createBuffer = device.createBuffer.bind(device);
    device.createBuffer = descriptor => {
      const buffer = createBuffer(descriptor);
      this.#living.add(buffer);
      const destroy = buffer.destroy.bind(buffer);
      buffer.destroy = () => {
        this.#living.delete(buffer);
        destroy();
      };
      return buffer;
    };
    const createBindGroup = device.createBindGroup.bind(device);
    device.createBindGroup = descriptor => {
      const group = createBindGroup(descriptor);
      let bytes = 0;
      for (const { resource } of descriptor.entries)
        if ('buffer' in resource) bytes += resource.size ?? resource.buffer.size - (resource.offset ?? 0);
      this.#bound.set(group, bytes);
      return group;
    };
  }

  /** The bytes of all buffers that were created since then and not destroyed. */
  get bytes(): number {
    return [...this.#living].reduce((sum, { size }) => sum + size, 0);
  }

  async count<T>(run: () => Promise<T>): Promise<{ result: T; work: GpuWork }> {
    const counted: GpuWork = { dispatches: 0, submits: 0, traffic: 0 };
    const pass = GPUComputePassEncoder.prototype;
    const queue = GPUQueue.prototype;
    const { dispatchWorkgroups, setBindGroup } = pass;
    const { submit } = queue;
    const current = new WeakMap<GPUComputePassEncoder, number>();
    const bound = this.#bound;
    pass.setBindGroup = function (this: GPUComputePassEncoder, ...args: unknown[]) {
      const [, group] = args;
      if (group instanceof GPUBindGroup) current.set(this, bound.get(group) ?? 0);
      return Reflect.apply(setBindGroup, this, args);
    };
    pass.dispatchWorkgroups = function (this: GPUComputePassEncoder, ...grid) {
      counted.dispatches++;
      counted.traffic += current.get(this) ?? 0;
      return dispatchWorkgroups.apply(this, grid);
    };
    queue.submit = function (this: GPUQueue, buffers) {
      counted.submits++;
      return submit.call(this, buffers);
    };
    try {
      return { result: await run(), work: counted };
    } finally {
      Object.assign(pass, { dispatchWorkgroups, setBindGroup });
      queue.submit = submit;
    }
  }
}
