/**
 * @file The end of a residual block on a WebGPU backend. The 1×1 convolution's epilogue does scale, bias, sum and
 * ReLU.
 */
import { AppError } from '../../protocol/errors';
import type * as tf from '../../tf/tf';
import type { WebGPUBackend } from '../../tf/webgpu';
import { runKernel } from '../dispatch';
import { FUSED } from '../fusedNames';
import { makeMap } from '../halfMaps';
import { sumSplits } from '../kernels/conv/sumSplits';
import { columnSums } from '../kernels/map/columnSums';
import { reluGradient } from '../kernels/map/reluGradient';
import { columnSplits } from '../wgsl/kernel';
import { type KernelTable, rowsAndChannels, splitThreads } from './call';
import { convolve, convolveBackFilter, convolveBackInput, geometryOf } from './convolution';

function pointwise(mixed: tf.TensorInfo, kernel: tf.TensorInfo) {
  const geometry = geometryOf(mixed.shape, kernel.shape, { strides: 1, pad: 'same' });
  if (!geometry)
    throw new AppError(
      'gpu/shape',
      `A residual tail cannot join maps [${mixed.shape}] by a kernel [${kernel.shape}].`,
    );
  return geometry;
}

function scaledColumnSums(backend: WebGPUBackend, map: tf.TensorInfo, scale: number): tf.TensorInfo {
  const { rows, channels } = rowsAndChannels(map);
  const split = columnSplits(rows, channels, splitThreads(backend));
  const parts = backend.makeTensorInfo([split.splits, channels], 'float32');
  runKernel(backend, columnSums, { ...split, scale }, [parts, map]);
  if (split.splits === 1) return { ...parts, shape: [channels] };
  const sums = backend.makeTensorInfo([channels], 'float32');
  runKernel(backend, sumSplits, { splits: split.splits, size: channels }, [sums, parts]);
  backend.disposeData(parts.dataId);
  return sums;
}

export const residualTailKernels: KernelTable = {
  /** x, mixed, kernel, bias → z = act(x + scale · (mixed ∗ kernel + bias)). */
  [FUSED.residualTail]({ backend, input, attrs }) {
    const geometry = pointwise(input('mixed'), input('kernel'));
    return convolve(backend, geometry, input('mixed'), input('kernel'), {
      ...{ bias: input('bias'), residual: input('x') },
      ...{ scale: attrs.scale as number, relu: attrs.relu as boolean },
    });
  },
  /** dz, mixed, kernel and, with ReLU, z → dx, dmixed, dkernel, dbias. */
  [FUSED.residualTailGradient]({ backend, input, optional, attrs }) {
    const scale = attrs.scale as number;
    const dz = input('dz');
    const z = optional('z');
    const geometry = pointwise(input('mixed'), input('kernel'));
    let dx = dz;
    if (z) {
      dx = makeMap(backend, dz.shape, 'gradient');
      runKernel(backend, reluGradient, { size: dz.shape.reduce((a, b) => a * b, 1) }, [dx, dz, z]);
    } else backend.incRef(dz.dataId);
    const dmixed = convolveBackInput(backend, geometry, dx, input('kernel'), scale);
    const dkernel = convolveBackFilter(backend, geometry, input('mixed'), dx, scale);
    const dbias = scaledColumnSums(backend, dx, scale);
    return dmixed && dkernel && [dx, dmixed, dkernel, dbias];
  },
};
