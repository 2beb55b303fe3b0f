/**
 * @file Batch norm with ReLU on a WebGPU backend. In training it takes three dispatches each way, or one for a map of
 * few rows. At inference it is part of the convolution before it.
 */
import type * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { forgetCpuCopy, runKernel } from '../dispatch';
import { FUSED } from '../fusedNames';
import { makeMap } from '../halfMaps';
import { batchNormApply } from '../kernels/batchNorm/batchNormApply';
import { batchNormGradientSums } from '../kernels/batchNorm/batchNormGradientSums';
import { batchNormInputGradient } from '../kernels/batchNorm/batchNormInputGradient';
import { batchNormMoments } from '../kernels/batchNorm/batchNormMoments';
import { batchNormSums } from '../kernels/batchNorm/batchNormSums';
import { batchNormWhole } from '../kernels/batchNorm/batchNormWhole';
import { batchNormWholeGradient } from '../kernels/batchNorm/batchNormWholeGradient';
import { sumPairs } from '../kernels/batchNorm/sumPairs';
import { isSoftware } from '../tileChoice';
import { columnSplits } from '../wgsl/kernel';
import { type Call, type KernelTable, rowsAndChannels, splitThreads } from './call';

function apply({ backend, input, attrs }: Call, mean: tf.TensorInfo, variance: tf.TensorInfo): tf.TensorInfo {
  const y = input('y');
  const z = makeMap(backend, y.shape, 'activation');
  const options = { ...rowsAndChannels(y), epsilon: attrs.epsilon as number };
  runKernel(backend, batchNormApply, options, [z, y, mean, variance, input('beta')]);
  return z;
}

/**
 * The most rows that one thread goes through alone. It goes number by number, so such a map's z and dy are never
 * halves. A GPU would wait for its memory at every row. If the GPU is a CPU, a dispatch costs more than that.
 */
const fewRows = ({ device }: WebGPUBackend): number => (isSoftware(device) ? 256 : 48);

/** Returns the moving statistics in binding order, if the call has them. */
function movingOf({ optional, attrs }: Call): { moving: tf.TensorInfo[]; decay: { decay?: number } } {
  const moving = [optional('movingMean'), optional('movingVariance')].filter(tensor => tensor !== undefined);
  return { moving, decay: moving.length > 0 ? { decay: attrs.decay as number } : {} };
}

export const batchNormReluKernels: KernelTable = {
  /** y, beta and, to be updated, movingMean, movingVariance (attr decay) → z, mean, variance. */
  [FUSED.batchNormRelu](call) {
    const { backend } = call;
    const y = call.input('y');
    const { rows, channels } = rowsAndChannels(y);
    const { moving, decay } = movingOf(call);
    for (const tensor of moving) forgetCpuCopy(backend, tensor);
    const mean = backend.makeTensorInfo([channels], 'float32');
    const variance = backend.makeTensorInfo([channels], 'float32');
    if (rows <= fewRows(backend)) {
      const z = backend.makeTensorInfo(y.shape, 'float32');
      const options = { rows, channels, epsilon: call.attrs.epsilon as number, ...decay };
      runKernel(backend, batchNormWhole, options, [z, mean, variance, ...moving, y, call.input('beta')]);
      return [z, mean, variance];
    }
    const split = columnSplits(rows, channels, splitThreads(backend));
    const parts = backend.makeTensorInfo([split.splits, 3, channels], 'float32');
    runKernel(backend, batchNormSums, split, [parts, y]);
    runKernel(backend, batchNormMoments, { ...split, ...decay }, [mean, variance, ...moving, parts]);
    backend.disposeData(parts.dataId);
    return [apply(call, mean, variance), mean, variance];
  },
  /** dz, y, beta, mean, variance → dy, dβ. */
  [FUSED.batchNormReluGradient]({ backend, input, attrs }) {
    const y = input('y');
    const { rows, channels } = rowsAndChannels(y);
    const epsilon = attrs.epsilon as number;
    const betaGradient = backend.makeTensorInfo([channels], 'float32');
    const norm = [input('dz'), y, input('mean'), input('variance'), input('beta')];
    if (rows <= fewRows(backend)) {
      const dy = backend.makeTensorInfo(y.shape, 'float32');
      runKernel(backend, batchNormWholeGradient, { rows, channels, epsilon }, [dy, betaGradient, ...norm]);
      return [dy, betaGradient];
    }
    const split = columnSplits(rows, channels, splitThreads(backend));
    const parts = backend.makeTensorInfo([split.splits, 2, channels], 'float32');
    const products = backend.makeTensorInfo([channels], 'float32');
    const dy = makeMap(backend, y.shape, 'gradient');
    runKernel(backend, batchNormGradientSums, { ...split, epsilon }, [parts, ...norm]);
    runKernel(backend, sumPairs, { splits: split.splits, channels }, [betaGradient, products, parts]);
    runKernel(backend, batchNormInputGradient, { rows, channels, epsilon }, [
      dy,
      ...norm,
      betaGradient,
      products,
    ]);
    backend.disposeData(parts.dataId);
    backend.disposeData(products.dataId);
    return [dy, betaGradient];
  },
};
