/**
 * @file Puts our kernels into tfjs's registry for one WebGPU backend. Some replace slow stock kernels under the stock
 * names, so that every tfjs model gains. Fused kernels have new names. A replaced stock kernel still runs the calls
 * that ours do not cover.
 */
import { AppError } from '../../protocol/errors';
import * as tf from '../../tf/tf';
import { batchNormReluKernels } from './batchNormRelu';
import { callOf, type KernelTable } from './call';
import { centerLossKernels } from './centerLoss';
import { convBatchNormReluKernels, convolutionReplacements } from './convolution';
import { dropoutKernels } from './dropout';
import { coverStockKernels, onFloat32 } from './halfMaps';
import { lossKernels } from './losses';
import { mapReplacements } from './maps';
import { matMulReplacements } from './matMul';
import { optimizerStepKernels } from './optimizerStep';
import { poolingKernels } from './pooling';
import { residualTailKernels } from './residualTail';
import { standardiseKernels } from './standardise';
import { sumReplacements } from './sum';
import { weightedSumKernels } from './weightedSum';
import { unitForwardGradient, weightUnitKernels } from './weightUnit';

const REPLACEMENTS: KernelTable = {
  ...convolutionReplacements,
  ...matMulReplacements,
  ...sumReplacements,
  ...mapReplacements,
};
const FUSED_KERNELS: KernelTable = {
  ...standardiseKernels,
  ...batchNormReluKernels,
  ...convBatchNormReluKernels,
  ...residualTailKernels,
  ...poolingKernels,
  ...lossKernels,
  ...dropoutKernels,
  ...centerLossKernels,
  ...optimizerStepKernels,
  ...weightedSumKernels,
  ...weightUnitKernels,
};

/** Stock kernels by `backend/kernel`, from before they were replaced. */
const stock = new Map<string, tf.KernelFunc>();

/**
 * Registers all our kernels for a WebGPU backend of this name. Calling it again does no harm.
 * `tf.copyRegisteredKernels` copies them to another WebGPU backend.
 * @throws AppError `gpu/backend` if tfjs has no kernels under that name.
 */
export function registerKernels(backendName: string): void {
  if (!tf.getKernel('Conv2D', backendName))
    throw new AppError(
      'gpu/backend',
      `tfjs has no kernels for a backend "${backendName}": import its package first.`,
    );
  if (!tf.getGradient(unitForwardGradient.kernelName)) tf.registerGradient(unitForwardGradient);
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
        replacement(callOf(inputs, backend, attrs)) ?? onFloat32(original)({ inputs, backend, attrs }),
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

const own: ReadonlySet<string> = new Set([...Object.keys(REPLACEMENTS), ...Object.keys(FUSED_KERNELS)]);

/** Must be called before the current backend meets maps of halves (`halfMaps.ts`). Calling it again does no harm. */
export const coverForHalf = (): void => coverStockKernels(tf.getBackend(), own);
