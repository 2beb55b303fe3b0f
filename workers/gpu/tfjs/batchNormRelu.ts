/** @file Batch norm with ReLU on a WebGPU backend: three dispatches each way in training, one at inference. */
import type * as tf from '@tensorflow/tfjs';
import { runKernel } from '../dispatch';
import { FUSED } from '../fusedNames';
import { batchNormApply } from '../kernels/batchNormApply';
import { batchNormGradientSums } from '../kernels/batchNormGradientSums';
import { batchNormInputGradient } from '../kernels/batchNormInputGradient';
import { batchNormMoments } from '../kernels/batchNormMoments';
import { batchNormSums } from '../kernels/batchNormSums';
import { columnSplits } from '../kernels/kernel';
import { sumPairs } from '../kernels/sumPairs';
import { type Call, type KernelTable, rowsAndChannels, splitThreads } from './call';

function apply({ backend, input, attrs }: Call, mean: tf.TensorInfo, variance: tf.TensorInfo): tf.TensorInfo {
  const y = input('y');
  const z = backend.makeTensorInfo(y.shape, 'float32');
  const options = { ...rowsAndChannels(y), epsilon: attrs.epsilon as number };
  runKernel(backend, batchNormApply, options, [z, y, mean, variance, input('beta')]);
  return z;
}

export const batchNormReluKernels: KernelTable = {
  /** y, beta → z, mean, variance. */
  [FUSED.batchNormRelu](call) {
    const { backend } = call;
    const y = call.input('y');
    const { rows, channels } = rowsAndChannels(y);
    const split = columnSplits(rows, channels, splitThreads(backend));
    const parts = backend.makeTensorInfo([split.splits, 3, channels], 'float32');
    const mean = backend.makeTensorInfo([channels], 'float32');
    const variance = backend.makeTensorInfo([channels], 'float32');
    runKernel(backend, batchNormSums, split, [parts, y]);
    runKernel(backend, batchNormMoments, split, [mean, variance, parts]);
    backend.disposeData(parts.dataId);
    return [apply(call, mean, variance), mean, variance];
  },
  /** y, beta, mean, variance → z. */
  [FUSED.batchNormReluInference]: call => apply(call, call.input('mean'), call.input('variance')),
  /** dz, y, beta, mean, variance → dy, dβ. */
  [FUSED.batchNormReluGradient]({ backend, input, attrs }) {
    const y = input('y');
    const { rows, channels } = rowsAndChannels(y);
    const split = columnSplits(rows, channels, splitThreads(backend));
    const epsilon = attrs.epsilon as number;
    const parts = backend.makeTensorInfo([split.splits, 2, channels], 'float32');
    const betaGradient = backend.makeTensorInfo([channels], 'float32');
    const products = backend.makeTensorInfo([channels], 'float32');
    const dy = backend.makeTensorInfo(y.shape, 'float32');
    const norm = [input('dz'), y, input('mean'), input('variance'), input('beta')];
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
