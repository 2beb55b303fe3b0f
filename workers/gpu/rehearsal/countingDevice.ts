/**
 * @file A device that only counts. Its buffers hold nothing, it runs no command, and it counts the bytes of its
 * buffers. tfjs's work on it costs no GPU memory and no GPU time, but asks for the same buffers as on the real
 * device.
 */

import { tileOf } from '../tileChoice';
import type { TileFlavour } from '../wgsl/kernel';

/** The properties of a device that decide which buffers and programs a step asks for. */
export interface DeviceTraits {
  limits: GPUDevice['limits'];
  features: GPUDevice['features'];
  adapterInfo: GPUDevice['adapterInfo'];
  /** The flavour of the device's convolution tiles. */
  tile: TileFlavour;
}

export const traitsOf = (device: GPUDevice): DeviceTraits => ({
  limits: device.limits,
  features: device.features,
  adapterInfo: device.adapterInfo,
  tile: tileOf(device),
});

/** Counts in bytes. `living` is the sum over all buffers that were created and not destroyed. */
export interface Ledger {
  living: number;
  /** The largest buffer that was ever created. */
  largest: number;
}

/** Creates an object of a browser's interface, as seen by `instanceof`. Only the given members work. */
function standIn<T extends object>(prototype: object, members: Partial<T>): T {
  const descriptors = Object.entries(members).map(([name, value]) => [
    name,
    { value, writable: true, configurable: true, enumerable: true },
  ]);
  return Object.create(prototype, Object.fromEntries(descriptors));
}

const nothing = () => undefined;

export function countingDevice({ limits, features, adapterInfo }: DeviceTraits): {
  device: GPUDevice;
  ledger: Ledger;
} {
  const ledger: Ledger = { living: 0, largest: 0 };
  /** Every mapped buffer shows this memory. Nobody reads it back. */
  let page = new ArrayBuffer(0);

  const createBuffer = ({ size, usage, mappedAtCreation = false }: GPUBufferDescriptor): GPUBuffer => {
    let destroyed = false;
    ledger.living += size;
    ledger.largest = Math.max(ledger.largest, size);
    const buffer: { -readonly [K in keyof GPUBuffer]: GPUBuffer[K] } = standIn<GPUBuffer>(
      GPUBuffer.prototype,
      {
        ...{ size, usage, mapState: mappedAtCreation ? 'mapped' : 'unmapped' },
        getMappedRange() {
          if (page.byteLength < size) page = new ArrayBuffer(size);
          return page;
        },
        unmap() {
          buffer.mapState = 'unmapped';
        },
        destroy() {
          if (!destroyed) ledger.living -= size;
          destroyed = true;
        },
      },
    );
    return buffer;
  };
  const createCommandEncoder = () =>
    standIn<GPUCommandEncoder>(Object.prototype, {
      beginComputePass: () =>
        standIn<GPUComputePassEncoder>(Object.prototype, {
          setPipeline: nothing,
          setBindGroup: nothing,
          dispatchWorkgroups: nothing,
          end: nothing,
        }),
      copyBufferToBuffer: nothing,
      finish: () => standIn<GPUCommandBuffer>(Object.prototype, {}),
    });
  const createComputePipeline = () =>
    standIn<GPUComputePipeline>(Object.prototype, {
      getBindGroupLayout: () => standIn<GPUBindGroupLayout>(Object.prototype, {}),
    });
  const device = standIn<GPUDevice>(Object.prototype, {
    ...{ limits, features, adapterInfo, createBuffer, createCommandEncoder, createComputePipeline },
    createShaderModule: () => standIn<GPUShaderModule>(Object.prototype, {}),
    createBindGroup: () => standIn<GPUBindGroup>(Object.prototype, {}),
    queue: standIn<GPUQueue>(Object.prototype, { submit: nothing, writeBuffer: nothing }),
  });
  return { device, ledger };
}
