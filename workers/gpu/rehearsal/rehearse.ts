/**
 * @file Runs work on a stand-in for a WebGPU device, with all kernels of the real one, and then removes every trace of
 * it. The work must not wait for anything, because tfjs's current backend is the stand-in until the work ends.
 */
import { AppError } from '../../protocol/errors';
import * as tf from '../../tf/tf';
import { WebGPUBackend } from '../../tf/webgpu';
import { withTrialPrograms } from '../dispatch';
import { setTile } from '../tileChoice';
import { countingDevice, type DeviceTraits, type Ledger } from './countingDevice';

const name = 'seesaw-rehearsal';

/** Sets the backend at once. If a backend can start at once, tfjs sets it before `setBackend` returns its promise. */
function setNow(backend: string): void {
  void tf.setBackend(backend);
  if (tf.getBackend() !== backend)
    throw new AppError('gpu/rehearsal', `tfjs did not change to its backend "${backend}" at once. Use 4.22.`);
}

/** @returns the result of `work`, which must be numbers and no tensors. */
export function rehearse<T>(traits: DeviceTraits, work: (backend: WebGPUBackend, ledger: Ledger) => T): T {
  const { device, ledger } = countingDevice(traits);
  setTile(device, traits.tile);
  if (!tf.getKernel('Conv2D', name)) tf.copyRegisteredKernels('webgpu', name);
  const before = tf.getBackend();
  const backend = new WebGPUBackend(device, traits.adapterInfo);
  tf.registerBackend(name, () => backend, 0);
  try {
    setNow(name);
    return withTrialPrograms(() => work(backend, ledger));
  } finally {
    setNow(before);
    tf.removeBackend(name);
  }
}
