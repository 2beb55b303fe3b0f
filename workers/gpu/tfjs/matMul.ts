/**
 * @file tfjs's matrix products on our convolution tiles: a `[rows, inputs]` matrix is a batch of 1×1 maps, so
 * A·B is the forward convolution, A·Bᵀ the input gradient and Aᵀ·B the filter gradient.
 */
import * as tf from '@tensorflow/tfjs';
import type { ConvGeometry } from '../kernels/convGeometry';
import type { Call, KernelTable } from './call';
import { convolve, convolveBackFilter, convolveBackInput } from './convolution';

const onePixel = (batch: number, inChannels: number, outChannels: number): ConvGeometry => ({
  ...{ batch, inChannels, outChannels },
  ...{ inHeight: 1, inWidth: 1, outHeight: 1, outWidth: 1, kernelHeight: 1, kernelWidth: 1 },
  ...{ strideHeight: 1, strideWidth: 1, padTop: 0, padLeft: 0 },
});

function multiply(
  { backend, input, attrs }: Call,
  epilogue: { bias?: tf.TensorInfo | undefined; relu: boolean },
): tf.TensorInfo | null {
  const [a, b] = [input('a'), input('b')];
  const { transposeA = false, transposeB = false } = attrs;
  const [aRows = 0, aColumns = 0] = a.shape.slice(-2);
  const [bRows = 0, bColumns = 0] = b.shape.slice(-2);
  const single = [a, b].every(({ shape, dtype }) => {
    const size = tf.util.sizeFromShape(shape);
    return dtype === 'float32' && size > 0 && size === tf.util.sizeFromShape(shape.slice(-2));
  });
  const plain = !transposeA && !transposeB;
  if (!single || a.shape.length !== b.shape.length || (transposeA && transposeB)) return null;
  if ((epilogue.bias || epilogue.relu) && !plain) return null;
  const product = plain
    ? convolve(backend, onePixel(aRows, aColumns, bColumns), a, b, epilogue)
    : transposeB
      ? convolveBackInput(backend, onePixel(aRows, bRows, aColumns), a, b)
      : convolveBackFilter(backend, onePixel(aRows, aColumns, bColumns), a, b);
  const shape = [...a.shape.slice(0, -2), transposeA ? aColumns : aRows, transposeB ? bRows : bColumns];
  return product && { ...product, shape };
}

export const matMulReplacements: KernelTable = {
  BatchMatMul: call => multiply(call, { relu: false }),
  _FusedMatMul(call) {
    const { activation = 'linear' } = call.attrs;
    const bias = call.optional('bias');
    const columns = call.input('b').shape.at(call.attrs.transposeB ? -2 : -1);
    const covered =
      (activation === 'linear' || activation === 'relu') &&
      (!bias || tf.util.sizeFromShape(bias.shape) === columns);
    return covered ? multiply(call, { bias, relu: activation === 'relu' }) : null;
  },
};
