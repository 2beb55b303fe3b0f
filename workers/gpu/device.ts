/**
 * @file Starts WebGPU with the adapter's own limits and our kernels. tfjs's own start asks for few of the adapter's limits
 * and does not listen to `device.lost`. This one does both.
 */

import type { DeviceInfo } from '../protocol/device';
import { AppError } from '../protocol/errors';
import * as tf from '../tf/tf';
import { WebGPUBackend } from '../tf/webgpu';
import { openDevice } from './openDevice';
import { registerKernels } from './tfjs/register';
import { chooseTile } from './tileChoice';

/**
 * Makes WebGPU tfjs's current backend.
 * @param onFailure is called when the GPU is lost or refuses a command. Nothing computed after that is valid.
 * @throws Error that says why there is no WebGPU.
 */
export async function startWebGpu(onFailure: (error: AppError) => void): Promise<DeviceInfo> {
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
  if (tf.findBackendFactory('webgpu')) tf.removeBackend('webgpu');
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
    why: null,
    speed: null,
  };
}
