/**
 * @file Gives each contestant a tfjs backend of its own, all on one device. Each backend has its own buffers, so that
 * we can tell their memory apart, and its own table of kernels, so that the stock backend keeps the stock kernels.
 */

import { startWebGpu } from '../gpu/device';
import { registerKernels } from '../gpu/tfjs/register';
import { isSoftware } from '../gpu/tileChoice';
import { AppError } from '../protocol/errors';
import * as tf from '../tf/tf';
import { WebGPUBackend } from '../tf/webgpu';
import { GpuMeter } from './gpuMeter';

export type BackendName = 'stock' | 'convolutions' | 'eager' | 'webgpu' | 'webgl';

export interface Backends {
  device: GPUDevice;
  adapter: string;
  software: boolean;
  meter: GpuMeter;
  /** Makes one backend current, with its own flags. */
  use(name: BackendName): Promise<WebGPUBackend | null>;
  /** @throws AppError that says what the GPU has refused since the last call. */
  check(): void;
}

/** tfjs's flags that our device start may change. */
const flags = [
  'WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE',
  'WEBGPU_CPU_FORWARD',
  'WEBGPU_CPU_HANDOFF_SIZE_THRESHOLD',
] as const;
const readFlags = () => Object.fromEntries(flags.map(name => [name, tf.env().get(name)]));

/** @throws AppError `bench/webgpu` if there is no WebGPU to measure. */
export async function startBackends(): Promise<Backends> {
  // The stock kernels are copied before ours are registered under tfjs's own name.
  tf.copyRegisteredKernels('webgpu', 'stock');
  tf.copyRegisteredKernels('webgpu', 'convolutions');
  const stockFlags = readFlags();
  let refused: AppError | null = null;
  const info = await startWebGpu(error => {
    refused ??= error;
  }).catch(cause => {
    throw new AppError('bench/webgpu', `The benchmark measures WebGPU: ${cause.message}.`, { cause });
  });
  const ours = tf.backend() as WebGPUBackend;
  const ourFlags = readFlags();
  const { device } = ours;
  const meter = new GpuMeter(device);
  tf.copyRegisteredKernels('webgpu', 'eager');
  registerKernels('convolutions');
  // Programs are compiled once for all backends. tfjs keeps them by backend, but they belong to the device.
  const pipelineCache: unknown = Reflect.get(ours, 'pipelineCache');
  for (const name of ['stock', 'convolutions', 'eager'])
    tf.registerBackend(name, () => {
      const backend = new WebGPUBackend(device, device.adapterInfo);
      Object.assign(backend, { pipelineCache });
      return backend;
    });
  return {
    device,
    meter,
    adapter: info.adapter,
    software: isSoftware(device),
    async use(name) {
      const wanted = name === 'eager' || name === 'webgpu' ? ourFlags : stockFlags;
      for (const [flag, value] of Object.entries(wanted)) tf.env().set(flag, value);
      if (name === 'webgl') await import('../tf/webgl');
      if (!(await tf.setBackend(name)))
        throw new AppError('bench/backend', `tfjs has no ${name} backend in this browser.`);
      const backend = tf.backend();
      return backend instanceof WebGPUBackend ? backend : null;
    },
    check() {
      const error = refused;
      refused = null;
      if (error) throw error;
    },
  };
}
