/**
 * @file Starts the best tfjs backend this browser has: WebGPU with the adapter's own limits, else WebGL, else the CPU.
 * tfjs's own start asks for few of the adapter's limits and does not listen to `device.lost`. This one does both.
 */
import type { DeviceInfo } from '../protocol/device';
import { AppError } from '../protocol/errors';
import * as tf from '../tf/tf';
import { WebGPUBackend } from '../tf/webgpu';
import { howToEnable } from './howToEnable';
import { openDevice } from './openDevice';
import { registerKernels } from './tfjs/register';
import { chooseTile } from './tileChoice';

async function startWebGpu(onFailure: (error: AppError) => void): Promise<DeviceInfo> {
  const { adapter, device } = await openDevice();
  device.lost.then(({ reason, message }) => {
    if (reason === 'destroyed') return;
    const why = message || 'the browser gave no reason';
    onFailure(
      new AppError('device/lost', `The GPU was lost: ${why} Reload the page and resume the last checkpoint.`),
    );
  });
  // Nothing throws when the GPU refuses a command. The output buffer keeps its old values, and training would go on
  // with them.
  device.addEventListener('uncapturederror', ({ error }) => {
    onFailure(
      error instanceof GPUOutOfMemoryError
        ? new AppError('device/memory', 'The GPU has no memory left. Choose a smaller batch size or preset.')
        : new AppError('device/refused', `The GPU refused a command: ${error.message}`),
    );
  });
  const { info } = adapter;
  tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => new WebGPUBackend(device, info), 3);
  // Each submit costs a round trip to the browser's GPU process, so many dispatches share one.
  tf.env().set('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE', 64);
  await tf.setBackend('webgpu');
  registerKernels('webgpu');
  await chooseTile(device);
  return {
    backend: 'webgpu',
    adapter:
      [info.vendor, info.architecture, info.description].filter(Boolean).join(' · ') || 'unnamed adapter',
    limits: {
      maxBufferSize: device.limits.maxBufferSize,
      maxStorageBufferBindingSize: device.limits.maxStorageBufferBindingSize,
    },
    features: [...device.features].sort(),
    fallback: null,
  };
}

const costs = {
  webgl: 'Training falls back to WebGL: the small presets work, several times slower than WebGPU.',
  cpu: 'Training falls back to one CPU core: only the tiny preset is practical.',
} as const;

async function startFallback(backend: 'webgl' | 'cpu', why: string): Promise<DeviceInfo> {
  if (backend === 'webgl') await import('../tf/webgl');
  // When the backend cannot start, tfjs resolves false or throws, depending on the error.
  if (!(await tf.setBackend(backend).catch(() => false)))
    throw new Error(`tfjs has no ${backend} backend here`);
  await tf.ready();
  return {
    backend,
    adapter: backend === 'cpu' ? 'one CPU core' : webglRenderer(),
    limits: null,
    features: [],
    fallback: `${why} ${costs[backend]}`,
  };
}

function webglRenderer(): string {
  const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
  const extension = gl?.getExtension('WEBGL_debug_renderer_info');
  const name = gl && extension ? gl.getParameter(extension.UNMASKED_RENDERER_WEBGL) : null;
  return typeof name === 'string' ? name : 'WebGL 2';
}

/**
 * Starts a backend and makes it tfjs's current one.
 * @param prefer forces a fallback instead of trying WebGPU first.
 * @param onFailure is called when the GPU is lost or refuses a command. Nothing computed after that is valid.
 * @throws AppError `device/none` when not even the CPU backend starts.
 */
export async function startDevice(
  onFailure: (error: AppError) => void,
  prefer?: DeviceInfo['backend'],
): Promise<DeviceInfo> {
  let why = `The page asked for ${prefer}.`;
  if (!prefer || prefer === 'webgpu') {
    try {
      return await startWebGpu(onFailure);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const found = { secure: isSecureContext, api: 'gpu' in navigator && Boolean(navigator.gpu) };
      why = `WebGPU is not available: ${reason}. ${howToEnable(navigator.userAgent, found)}`;
    }
  }
  if (prefer !== 'cpu') {
    try {
      return await startFallback('webgl', why);
    } catch (error) {
      why = `${why} WebGL failed too (${error instanceof Error ? error.message : error}).`;
    }
  }
  try {
    return await startFallback('cpu', why);
  } catch (cause) {
    throw new AppError(
      'device/none',
      'No tfjs backend starts in this browser. Use a current Chrome, Edge, Safari or Firefox.',
      {
        cause,
      },
    );
  }
}
