/** @file Convolutions, matrix products and the end of a residual block. */

import { FUSED } from '../../gpu/fusedNames';
import { attributesOf, geometryOf } from '../../gpu/tfjs/convolution';
import type { ConvGeometry } from '../../gpu/wgsl/convGeometry';
import { AppError } from '../../protocol/errors';
import * as tf from '../../tf/tf';
import type { Operand } from '../backend';
import { type Call, type KernelTable, rowsAndChannels } from '../call';
import { applyBatchNorm } from './batchNorm';
import { convolve, convolveBackFilter, convolveBackInput, type Epilogue } from './products';

/** The parts of a fused call that our epilogue has, or null. */
function epilogueOf({ attrs, optional }: Call, columns: number): Epilogue | null {
  const { activation = 'linear' } = attrs;
  const bias = optional('bias');
  const covered = (activation === 'linear' || activation === 'relu') && (!bias || bias.size === columns);
  return covered ? { bias, relu: activation === 'relu' } : null;
}

const onePixel = (batch: number, inChannels: number, outChannels: number): ConvGeometry => ({
  ...{ batch, inChannels, outChannels },
  ...{ inHeight: 1, inWidth: 1, outHeight: 1, outWidth: 1, kernelHeight: 1, kernelWidth: 1 },
  ...{ strideHeight: 1, strideWidth: 1, padTop: 0, padLeft: 0 },
});

/** A `[rows, inputs]` matrix is a batch of maps of one pixel: A·B, A·Bᵀ and Aᵀ·B are a convolution's three directions. */
function multiply(call: Call, fused: boolean): tf.TensorInfo | null {
  const { backend, input, attrs } = call;
  const [a, b] = [input('a'), input('b')];
  const { transposeA = false, transposeB = false } = attrs;
  const [aRows = 0, aColumns = 0] = a.shape.slice(-2);
  const [bRows = 0, bColumns = 0] = b.shape.slice(-2);
  const single = [a, b].every(
    ({ shape, dtype, size }) =>
      dtype === 'float32' && size > 0 && size === tf.util.sizeFromShape(shape.slice(-2)),
  );
  if (!single || a.shape.length !== b.shape.length || (transposeA && transposeB)) return null;
  const shape = [...a.shape.slice(0, -2), transposeA ? aColumns : aRows, transposeB ? bRows : bColumns];
  const columns = shape.at(-1) ?? 0;
  const epilogue: Epilogue | null = fused ? epilogueOf(call, columns) : {};
  if (!epilogue) return null;
  const plain = !transposeA && !transposeB;
  if (!plain && (epilogue.bias || epilogue.relu)) return null;
  const product = plain
    ? convolve(backend, onePixel(aRows, aColumns, bColumns), a, b, epilogue)
    : transposeB
      ? convolveBackInput(backend, onePixel(aRows, bRows, aColumns), a, b)
      : convolveBackFilter(backend, onePixel(aRows, aColumns, bColumns), a, b);
  return { ...product, shape };
}

export const productReplacements: KernelTable = {
  Conv2D({ backend, input, attrs }) {
    const geometry = geometryOf(input('x').shape, input('filter').shape, attributesOf(attrs));
    return geometry && convolve(backend, geometry, input('x'), input('filter'));
  },
  FusedConv2D(call) {
    const { backend, input, attrs } = call;
    const geometry = geometryOf(input('x').shape, input('filter').shape, attributesOf(attrs));
    const epilogue = geometry && epilogueOf(call, geometry.outChannels);
    return geometry && epilogue && convolve(backend, geometry, input('x'), input('filter'), epilogue);
  },
  Conv2DBackpropInput({ backend, input, attrs }) {
    const geometry = geometryOf(attrs.inputShape as number[], input('filter').shape, attributesOf(attrs));
    return geometry && convolveBackInput(backend, geometry, input('dy'), input('filter'));
  },
  Conv2DBackpropFilter({ backend, input, attrs }) {
    const geometry = geometryOf(input('x').shape, attrs.filterShape as number[], attributesOf(attrs));
    return geometry && convolveBackFilter(backend, geometry, input('x'), input('dy'));
  },
  BatchMatMul: call => multiply(call, false),
  _FusedMatMul: call => multiply(call, true),
};

function pointwise(mixed: Operand, kernel: Operand): ConvGeometry {
  const geometry = geometryOf(mixed.shape, kernel.shape, { strides: 1, pad: 'same' });
  if (geometry) return geometry;
  throw new AppError(
    'wasm/shape',
    `A residual tail cannot join maps [${mixed.shape}] by a kernel [${kernel.shape}].`,
  );
}

export const convolutionKernels: KernelTable = {
  /** x, filter, beta, mean, variance; attrs stride, padding, epsilon → z. */
  [FUSED.convBatchNormRelu]({ backend, input, attrs }) {
    const { stride, padding } = attrs as { stride: number; padding: 'same' | 'valid' };
    const geometry = geometryOf(input('x').shape, input('filter').shape, { strides: stride, pad: padding });
    if (!geometry) return null;
    const y = convolve(backend, geometry, input('x'), input('filter'));
    const moments = [y, input('mean'), input('variance'), input('beta')] as const;
    applyBatchNorm(backend, moments, attrs.epsilon as number, y);
    return y;
  },
  /** x, mixed, kernel, bias → act(x + scale · (mixed ∗ kernel + bias)). */
  [FUSED.residualTail]({ backend, input, attrs }) {
    const [mixed, kernel] = [input('mixed'), input('kernel')];
    return convolve(backend, pointwise(mixed, kernel), mixed, kernel, {
      ...{ bias: input('bias'), residual: input('x') },
      ...{ scale: attrs.scale as number, relu: attrs.relu as boolean },
    });
  },
  /** dz, mixed, kernel and, with ReLU, z → dx, dmixed, dkernel, dbias. */
  [FUSED.residualTailGradient]({ backend, input, optional, attrs }) {
    const scale = attrs.scale as number;
    const [mixed, kernel, dz, z] = [input('mixed'), input('kernel'), input('dz'), optional('z')];
    const geometry = pointwise(mixed, kernel);
    let dx = dz;
    if (z) {
      dx = backend.make(dz.shape);
      backend.run('reluGradient', [dz.at, z.at, dx.at], dz.size);
    } else backend.incRef(dz.dataId);
    const { rows, channels } = rowsAndChannels(dz);
    const dbias = backend.make([channels]);
    backend.run('columnSums', [dx.at, rows, channels, scale, dbias.at], channels);
    return [
      dx,
      convolveBackInput(backend, geometry, dx, kernel, scale),
      convolveBackFilter(backend, geometry, mixed, dx, scale),
      dbias,
    ];
  },
};
