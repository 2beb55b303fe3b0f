/**
 * @file Runs tfjs's matrix products on our convolution tiles. A `[rows, inputs]` matrix is a batch of 1×1 maps, so
 * A·B is the forward convolution, A·Bᵀ is the input gradient and Aᵀ·B is the filter gradient. If A·Bᵀ has few, long
 * rows, the rows are split among threads instead.
 */
import * as tf from '../../tf/tf';
import type { WebGPUBackend } from '../../tf/webgpu';
import { runKernel } from '../dispatch';
import { inFull } from '../halfMaps';
import { sumSplits } from '../kernels/conv/sumSplits';
import { innerSplits, matMulTransposed } from '../kernels/map/matMulTransposed';
import type { ConvGeometry } from '../wgsl/convGeometry';
import { type Call, type KernelTable, splitThreads } from './call';
import { convolve, convolveBackFilter, convolveBackInput } from './convolution';

const onePixel = (batch: number, inChannels: number, outChannels: number): ConvGeometry => ({
  ...{ batch, inChannels, outChannels },
  ...{ inHeight: 1, inWidth: 1, outHeight: 1, outWidth: 1, kernelHeight: 1, kernelWidth: 1 },
  ...{ strideHeight: 1, strideWidth: 1, padTop: 0, padLeft: 0 },
});

interface Epilogue {
  bias?: tf.TensorInfo | undefined;
  relu: boolean;
}

/** With fewer products, one thread for each would leave most of a GPU idle. */
const fewProducts = 4096;

/** Computes a `[rows, inner]` · b `[columns, inner]`ᵀ in parts of `inner`. */
function multiplySplit(backend: WebGPUBackend, a: tf.TensorInfo, b: tf.TensorInfo, { bias, relu }: Epilogue) {
  const [rows = 0, inner = 0] = a.shape.slice(-2);
  const columns = b.shape.at(-2) ?? 0;
  const size = rows * columns;
  const splits = innerSplits(rows, inner, splitThreads(backend));
  const parts = backend.makeTensorInfo([splits, size], 'float32');
  runKernel(backend, matMulTransposed, { rows, columns, inner, splits }, [parts, a, b]);
  if (splits === 1 && !bias && !relu) return parts;
  const product = backend.makeTensorInfo([rows, columns], 'float32');
  const options = { splits, size, relu, ...(bias ? { bias: columns } : {}) };
  runKernel(backend, sumSplits, options, [product, parts, ...(bias ? [bias] : [])]);
  backend.disposeData(parts.dataId);
  return product;
}

function multiply({ backend, input, attrs }: Call, epilogue: Epilogue): tf.TensorInfo | null {
  const [a, b] = [input('a'), input('b')];
  const { transposeA = false, transposeB = false } = attrs;
  const [aRows = 0, aColumns = 0] = a.shape.slice(-2);
  const [bRows = 0, bColumns = 0] = b.shape.slice(-2);
  const single = [a, b].every(({ shape, dtype }) => {
    const size = tf.util.sizeFromShape(shape);
    return dtype === 'float32' && size > 0 && size === tf.util.sizeFromShape(shape.slice(-2));
  });
  if (!single || a.shape.length !== b.shape.length || (transposeA && transposeB)) return null;
  const shape = [...a.shape.slice(0, -2), transposeA ? aColumns : aRows, transposeB ? bRows : bColumns];
  if (transposeB && aRows * bRows <= fewProducts) return { ...multiplySplit(backend, a, b, epilogue), shape };
  const plain = !transposeA && !transposeB;
  if ((epilogue.bias || epilogue.relu) && !plain) return null;
  const product = plain
    ? convolve(backend, onePixel(aRows, aColumns, bColumns), a, b, epilogue)
    : transposeB
      ? convolveBackInput(backend, onePixel(aRows, bRows, aColumns), a, b)
      : convolveBackFilter(backend, onePixel(aRows, aColumns, bColumns), a, b);
  return product && { ...product, shape };
}

export const matMulReplacements: KernelTable = {
  BatchMatMul: call => inFull(() => multiply(call, { relu: false })),
  _FusedMatMul(call) {
    const { activation = 'linear' } = call.attrs;
    const bias = call.optional('bias');
    const columns = call.input('b').shape.at(call.attrs.transposeB ? -2 : -1);
    const covered =
      (activation === 'linear' || activation === 'relu') &&
      (!bias || tf.util.sizeFromShape(bias.shape) === columns);
    return covered ? inFull(() => multiply(call, { bias, relu: activation === 'relu' })) : null;
  },
};
