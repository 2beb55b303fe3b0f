/**
 * @file Starts the fastest backend that this browser has: WebGPU on a real GPU, else WebAssembly, else WebGL, else the
 * CPU in JavaScript. An adapter that computes on the CPU is measured against WebAssembly.
 */

import { get, set } from 'idb-keyval';
import { startWebGpu } from '../gpu/device';
import { howToEnable } from '../gpu/howToEnable';
import { isSoftware } from '../gpu/tileChoice';
import type { BackendId, DeviceInfo } from '../protocol/device';
import { AppError } from '../protocol/errors';
import * as tf from '../tf/tf';
import { WebGPUBackend } from '../tf/webgpu';
import { startWasm } from '../wasm/register';
import { convolutionSpeed, convolutionTime } from './convolutionTime';

const plain = (backend: BackendId, adapter: string, features: readonly string[] = []): DeviceInfo => ({
  ...{ backend, adapter, features },
  ...{ limits: null, why: null, speed: null },
});

function webglRenderer(): string {
  const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
  const extension = gl?.getExtension('WEBGL_debug_renderer_info');
  const name = gl && extension ? gl.getParameter(extension.UNMASKED_RENDERER_WEBGL) : null;
  return typeof name === 'string' ? name : 'WebGL 2';
}

/** tfjs resolves false or throws, depending on the error. */
async function startStock(backend: 'webgl' | 'cpu'): Promise<void> {
  if (backend === 'webgl') await import('../tf/webgl');
  if (!(await tf.setBackend(backend).catch(() => false)))
    throw new Error(`tfjs has no ${backend} backend here`);
  await tf.ready();
}

/** Each makes its backend tfjs's current one, or throws. */
const starts: Readonly<Record<BackendId, (onFailure: (error: AppError) => void) => Promise<DeviceInfo>>> = {
  webgpu: startWebGpu,
  async wasm() {
    const { relaxed, threads } = await startWasm();
    const cores = threads > 1 ? `${threads} CPU cores` : 'one CPU core';
    const device = plain('wasm', cores, [relaxed ? 'relaxed SIMD' : 'SIMD']);
    return { ...device, speed: await convolutionSpeed() };
  },
  async webgl() {
    await startStock('webgl');
    return plain('webgl', webglRenderer());
  },
  async cpu() {
    await startStock('cpu');
    return plain('cpu', 'one CPU core, in JavaScript');
  },
};

/** From the fastest to the slowest. */
export const backendOrder: readonly BackendId[] = ['webgpu', 'wasm', 'webgl', 'cpu'];

/** How many times as fast WebAssembly is as a WebGPU adapter that computes on the CPU. It is measured once a browser. */
async function wasmAdvantage(adapter: string): Promise<number> {
  const key = `WebAssembly beside ${adapter}`;
  // Storage may be forbidden. Then each session measures again.
  const kept: unknown = await get(key).catch(() => undefined);
  if (typeof kept === 'number') return kept;
  const gpu = await convolutionTime();
  await startWasm();
  const advantage = gpu / (await convolutionTime());
  await set(key, advantage).catch(() => undefined);
  return advantage;
}

/** WebGPU on an adapter that computes on the CPU, or WebAssembly, whichever is faster. */
async function betterThanSoftware(webgpu: DeviceInfo): Promise<DeviceInfo> {
  try {
    const advantage = await wasmAdvantage(webgpu.adapter);
    if (advantage > 1) {
      const wasm = await starts.wasm(() => undefined);
      tf.removeBackend('webgpu');
      const times = advantage.toFixed(advantage < 10 ? 1 : 0);
      return {
        ...wasm,
        why: `The WebGPU adapter here (${webgpu.adapter}) computes on the CPU: WebAssembly is ${times} times as fast.`,
      };
    }
  } catch {
    // An engine without WebAssembly keeps the adapter that it has.
  }
  await tf.setBackend('webgpu');
  return webgpu;
}

/**
 * Starts a backend and makes it tfjs's current one.
 * @param prefer the backend that a person asked for. The others are tried only if it does not start.
 * @param onFailure is called when the GPU is lost or refuses a command. Nothing computed after that is valid.
 * @throws AppError `device/none` when not even the CPU backend starts.
 */
export async function startDevice(
  onFailure: (error: AppError) => void,
  prefer?: BackendId,
): Promise<DeviceInfo> {
  const reasons: string[] = [];
  for (const id of prefer ? [prefer, ...backendOrder.filter(id => id !== prefer)] : backendOrder) {
    try {
      const device = await starts[id](onFailure);
      if (id === prefer)
        return { ...device, why: id === backendOrder[0] ? null : 'The address asks for it.' };
      const backend = tf.backend();
      if (backend instanceof WebGPUBackend && isSoftware(backend.device))
        return await betterThanSoftware(device);
      return { ...device, why: reasons.join(' ') || null };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      reasons.push(
        id === 'webgpu'
          ? `WebGPU is not available: ${reason}. ${howToEnable(navigator.userAgent, { secure: isSecureContext, api: Boolean(navigator.gpu) })}`
          : `${id} does not start: ${reason}.`,
      );
    }
  }
  throw new AppError(
    'device/none',
    `No backend starts in this browser. Use a current Chrome, Edge, Safari or Firefox. ${reasons.join(' ')}`,
  );
}
