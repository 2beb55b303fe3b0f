/**
 * @file Puts our kernels into tfjs's registry for one WebGPU backend: replacements of slow stock kernels under their own
 * names, so that every tfjs model gains, and fused kernels under new names. A replaced stock kernel stays at hand for
 * what ours do not cover.
 */
import * as tf from '@tensorflow/tfjs';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { AppError } from '../protocol/link';
import { followStream } from './dispatch';
import { batchNormReluKernels } from './tfjs/batchNormRelu';
import { callOf, type KernelTable } from './tfjs/call';
import { convolutionReplacements } from './tfjs/convolution';
import { lossKernels } from './tfjs/losses';
import { matMulReplacements } from './tfjs/matMul';
import { optimizerStepKernels } from './tfjs/optimizerStep';
import { poolingKernels } from './tfjs/pooling';
import { residualTailKernels } from './tfjs/residualTail';

const REPLACEMENTS: KernelTable = { ...convolutionReplacements, ...matMulReplacements };
const FUSED_KERNELS: KernelTable = {
  ...batchNormReluKernels,
  ...residualTailKernels,
  ...poolingKernels,
  ...lossKernels,
  ...optimizerStepKernels,
};

/** Stock kernels by `backend/kernel`, from before they were replaced. */
const stock = new Map<string, tf.KernelFunc>();

/**
 * Registers all our kernels for the current backend. Call it once the backend has started; again does no harm.
 * @throws AppError `gpu/backend` if the current backend is not a WebGPU one.
 */
export function registerKernels(backendName: string): void {
  const backend = tf.backend();
  if (tf.getBackend() !== backendName || !(backend instanceof WebGPUBackend))
    throw new AppError(
      'gpu/backend',
      `Backend "${backendName}" is not WebGPU or not the current one ("${tf.getBackend()}"): set it first.`,
    );
  followStream(backend);
  const register = (kernelName: string, kernelFunc: tf.KernelFunc) => {
    if (tf.getKernel(kernelName, backendName)) tf.unregisterKernel(kernelName, backendName);
    tf.registerKernel({ kernelName, backendName, kernelFunc });
  };
  for (const [kernelName, replacement] of Object.entries(REPLACEMENTS)) {
    const key = `${backendName}/${kernelName}`;
    const original = stock.get(key) ?? tf.getKernel(kernelName, backendName).kernelFunc;
    stock.set(key, original);
    register(
      kernelName,
      ({ inputs, backend, attrs = {} }) =>
        replacement(callOf(inputs, backend, attrs)) ?? original({ inputs, backend, attrs }),
    );
  }
  for (const [kernelName, kernel] of Object.entries(FUSED_KERNELS)) {
    register(kernelName, ({ inputs, backend, attrs }) => {
      const outputs = kernel(callOf(inputs, backend, attrs));
      if (outputs) return outputs;
      const shapes = Object.entries(inputs).map(([name, tensor]) => `${name} [${tensor?.shape}]`);
      throw new AppError(
        'gpu/grid',
        `${kernelName} does not fit the device's grid with ${shapes.join(', ')}: use a smaller batch.`,
      );
    });
  }
}
