/**
 * @file Batch norm with ReLU on a WebGPU backend. In training it takes three dispatches each way, or one for a map of
 * few rows. At inference it is part of the convolution before it.
 */
import type * as tf from '../../tf/tf';
import type { WebGPUBackend } from '../../tf/webgpu';
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
import { type Call, type KernelTable, rowsAndChannels } from './call';

/**
 * The most rows that one thread goes through alone. It goes number by number, so such a map's z and dy are never
 * halves. A GPU would wait for its memory at every row. If the GPU is a CPU, a dispatch costs more than that.
 */
const fewRows = ({ device }: WebGPUBackend): number => (isSoftware(device) ? 256 : 48);

/**
 * The threads that sum a map, and those that go through it once more. If the GPU is a CPU, few threads fill it, and each
 * costs as much as some rows. Else the sums' threads are fewer, so that there are few parts to add.
 */
const threadsOf = ({ device }: WebGPUBackend): { sums: number; rows: number } =>
  isSoftware(device) ? { sums: 256, rows: 256 } : { sums: 8192, rows: 65_536 };

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
    const epsilon = call.attrs.epsilon as number;
    if (rows <= fewRows(backend)) {
      const z = backend.makeTensorInfo(y.shape, 'float32');
      const options = { rows, channels, epsilon, ...decay };
      runKernel(backend, batchNormWhole, options, [z, mean, variance, ...moving, y, call.input('beta')]);
      return [z, mean, variance];
    }
    const threads = threadsOf(backend);
    const split = columnSplits(rows, channels, threads.sums);
    const parts = backend.makeTensorInfo([split.splits, 3, channels], 'float32');
    runKernel(backend, batchNormSums, split, [parts, y]);
    runKernel(backend, batchNormMoments, { ...split, ...decay }, [mean, variance, ...moving, parts]);
    backend.disposeData(parts.dataId);
    const z = makeMap(backend, y.shape, 'activation');
    const many = columnSplits(rows, channels, threads.rows);
    runKernel(backend, batchNormApply, { ...many, epsilon }, [z, y, mean, variance, call.input('beta')]);
    return [z, mean, variance];
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
    const threads = threadsOf(backend);
    const split = columnSplits(rows, channels, threads.sums);
    const parts = backend.makeTensorInfo([split.splits, 2, channels], 'float32');
    const products = backend.makeTensorInfo([channels], 'float32');
    const dy = makeMap(backend, y.shape, 'gradient');
    runKernel(backend, batchNormGradientSums, { ...split, epsilon }, [parts, ...norm]);
    runKernel(backend, sumPairs, { splits: split.splits, channels }, [betaGradient, products, parts]);
    const many = columnSplits(rows, channels, threads.rows);
    runKernel(backend, batchNormInputGradient, { ...many, epsilon }, [dy, ...norm, betaGradient, products]);
    backend.disposeData(parts.dataId);
    backend.disposeData(products.dataId);
    return [dy, betaGradient];
  },
};
