/**
 * @file Gives each contestant a tfjs backend of its own, those on WebGPU all on one device. Each backend has its own buffers, so that
 * we can tell their memory apart, and its own table of kernels, so that the stock backend keeps the stock kernels.
 */

import { startWebGpu } from '../gpu/device';
import { registerKernels } from '../gpu/tfjs/register';
import { isSoftware } from '../gpu/tileChoice';
import { AppError } from '../protocol/errors';
import * as tf from '../tf/tf';
import { WebGPUBackend } from '../tf/webgpu';
import { wasmBackendName } from '../wasm/backend';
import { startWasm } from '../wasm/register';
import { GpuMeter } from './gpuMeter';

const onWebGpu = ['stock', 'convolutions', 'eager', 'webgpu'] as const;
type WebGpuName = (typeof onWebGpu)[number];
export type BackendName = WebGpuName | 'webgl' | typeof wasmBackendName;

export const needsWebGpu = (name: BackendName): name is WebGpuName => onWebGpu.some(each => each === name);

export interface Gpu {
  device: GPUDevice;
  adapter: string;
  software: boolean;
  meter: GpuMeter;
}

export interface Backends {
  gpu: Gpu | null;
  /**
   * Makes one backend current, with its own flags. Resolves with the backend if it is one of WebGPU.
   * @throws AppError `bench/webgpu` or `bench/backend` if the browser does not have it.
   */
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
type Flags = Record<string, boolean | number | string>;
const readFlags = (): Flags => Object.fromEntries(flags.map(name => [name, tf.env().get(name)]));

type OnRefusal = (error: AppError) => void;

/** Starts the device and registers the backends on it. @throws Error that says why there is no WebGPU. */
async function startGpu(onRefusal: OnRefusal): Promise<Gpu & { flags: Record<WebGpuName, Flags> }> {
  // The stock kernels are copied before ours are registered under tfjs's own name.
  tf.copyRegisteredKernels('webgpu', 'stock');
  tf.copyRegisteredKernels('webgpu', 'convolutions');
  const stock = readFlags();
  const { adapter } = await startWebGpu(onRefusal);
  const backend = tf.backend() as WebGPUBackend;
  const ours = readFlags();
  const { device } = backend;
  const meter = new GpuMeter(device);
  tf.copyRegisteredKernels('webgpu', 'eager');
  registerKernels('convolutions');
  // Programs are compiled once for all backends. tfjs keeps them by backend, but they belong to the device.
  const pipelineCache: unknown = Reflect.get(backend, 'pipelineCache');
  for (const name of ['stock', 'convolutions', 'eager'])
    tf.registerBackend(name, () => {
      const backend = new WebGPUBackend(device, device.adapterInfo);
      Object.assign(backend, { pipelineCache });
      return backend;
    });
  return {
    ...{ device, adapter, meter, software: isSoftware(device) },
    flags: { stock, convolutions: stock, eager: ours, webgpu: ours },
  };
}

async function start(name: Exclude<BackendName, WebGpuName>): Promise<void> {
  if (name === wasmBackendName) await startWasm(1);
  else await import('../tf/webgl');
}

/** @param withGpu whether anything will run on WebGPU. If there is none, `gpu` is null. */
export async function startBackends(withGpu: boolean): Promise<Backends> {
  let refused: AppError | null = null;
  let reason = 'it was not started';
  const gpu = withGpu
    ? await startGpu(error => {
        refused ??= error;
      }).catch(cause => {
        reason = cause instanceof Error ? cause.message : String(cause);
        return null;
      })
    : null;
  return {
    gpu,
    async use(name) {
      if (!needsWebGpu(name)) await start(name);
      else if (!gpu) throw new AppError('bench/webgpu', `It needs WebGPU: ${reason}.`);
      else for (const [flag, value] of Object.entries(gpu.flags[name])) tf.env().set(flag, value);
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
