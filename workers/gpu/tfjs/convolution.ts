/**
 * @file Replaces tfjs's convolution kernels by ours: `Conv2D`, `FusedConv2D` and both gradients. The names stay, so
 * every tfjs model gains. Calls that our tiles do not cover (dilation, NCHW, other activations …) go to the stock
 * kernel.
 */
import * as tf from '../../tf/tf';
import type { WebGPUBackend } from '../../tf/webgpu';
import { programOf, runKernel } from '../dispatch';
import { FUSED } from '../fusedNames';
import { halfScale, makeMap } from '../halfMaps';
import { convFilterGradient } from '../kernels/conv/convFilterGradient';
import { convForward } from '../kernels/conv/convForward';
import { convInputGradient, remaindersOf } from '../kernels/conv/convInputGradient';
import { sumSplits } from '../kernels/conv/sumSplits';
import { tileFor } from '../tileChoice';
import type { ConvGeometry } from '../wgsl/convGeometry';
import { filterGradientSplits } from '../wgsl/filterTiling';
import type { Program } from '../wgsl/kernel';
import { type KernelTable, splitThreads } from './call';

/** The attributes all four kernels share. */
interface ConvAttributes {
  strides: [number, number] | number;
  pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  dataFormat?: 'NHWC' | 'NCHW';
  dilations?: [number, number] | number;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

type Shape4D = [number, number, number, number];

/** The largest grid a WebGPU device must take in one dimension. */
const largestGrid = 65_535;

/** Returns the sizes of a convolution, or null if our kernels do not apply. */
export function geometryOf(
  inputShape: readonly number[],
  filterShape: readonly number[],
  { strides, pad, dataFormat = 'NHWC', dilations = 1, dimRoundingMode }: ConvAttributes,
): ConvGeometry | null {
  const dilated = [dilations].flat().some(dilation => dilation !== 1);
  if (dataFormat !== 'NHWC' || dilated || inputShape.length !== 4) return null;
  const info = tf.backend_util.computeConv2DInfo(
    inputShape as Shape4D,
    filterShape as Shape4D,
    strides,
    1,
    pad,
    dimRoundingMode,
    false,
    'channelsLast',
  );
  const sizes = [info.batchSize, info.outHeight, info.outWidth, info.inChannels, info.outChannels];
  if (info.inChannels !== filterShape[2] || sizes.some(size => size < 1)) return null;
  return {
    ...{ batch: info.batchSize, inHeight: info.inHeight, inWidth: info.inWidth, inChannels: info.inChannels },
    ...{ outHeight: info.outHeight, outWidth: info.outWidth, outChannels: info.outChannels },
    ...{ kernelHeight: info.filterHeight, kernelWidth: info.filterWidth },
    ...{ strideHeight: info.strideHeight, strideWidth: info.strideWidth },
    ...{ padTop: info.padInfo.top, padLeft: info.padInfo.left },
  };
}

const fits = ({ workgroups }: Program): boolean => workgroups.every(count => count <= largestGrid);

/** Halves are written four at a time. */
const storeOf = (map: tf.TensorInfo): { vectors?: boolean } =>
  halfScale(map) === undefined ? {} : { vectors: true };

/** The parts of a fused convolution that our epilogue has. */
interface Epilogue {
  /** Batch norm by given moments, in place of a bias. */
  batchNorm?: { mean: tf.TensorInfo; variance: tf.TensorInfo; beta: tf.TensorInfo; epsilon: number };
  bias?: tf.TensorInfo | undefined;
  residual?: tf.TensorInfo | undefined;
  relu?: boolean;
  scale?: number;
}

/** Runs a convolution with `convForward`'s epilogue. Returns null if the grid is too large. */
export function convolve(
  backend: WebGPUBackend,
  geometry: ConvGeometry,
  x: tf.TensorInfo,
  filter: tf.TensorInfo,
  { bias, batchNorm, residual, relu = false, scale = 1 }: Epilogue = {},
): tf.TensorInfo | null {
  const { batch, outHeight, outWidth, outChannels } = geometry;
  const tile = tileFor(backend.device, batch * outHeight * outWidth, outChannels);
  const options = {
    ...{ geometry, bias: Boolean(bias), residual: Boolean(residual), relu, scale, tile },
    ...(batchNorm ? { batchNorm: { epsilon: batchNorm.epsilon } } : {}),
  };
  if (!fits(programOf(convForward, options))) return null;
  const y = makeMap(backend, [batch, outHeight, outWidth, outChannels], 'activation');
  const extras = [batchNorm?.mean, batchNorm?.variance, batchNorm?.beta, bias, residual].filter(
    tensor => tensor !== undefined,
  );
  runKernel(backend, convForward, { ...options, ...storeOf(y) }, [y, x, filter, ...extras]);
  return y;
}

/** Computes the gradient by the input, times `scale`. Returns null if the grid is too large. */
export function convolveBackInput(
  backend: WebGPUBackend,
  geometry: ConvGeometry,
  dy: tf.TensorInfo,
  filter: tf.TensorInfo,
  scale = 1,
): tf.TensorInfo | null {
  const { batch, inHeight, inWidth, inChannels, strideHeight, strideWidth } = geometry;
  const pixels = (batch * inHeight * inWidth) / (strideHeight * strideWidth);
  const options = { geometry, scale, tile: tileFor(backend.device, pixels, inChannels) };
  const all = remaindersOf(geometry).map(remainder => ({ ...options, remainder }));
  const passes = options.tile === 'shared' ? [options] : all;
  if (!passes.every(pass => fits(programOf(convInputGradient, pass)))) return null;
  const dx = makeMap(backend, [batch, inHeight, inWidth, inChannels], 'gradient');
  for (const pass of passes)
    runKernel(backend, convInputGradient, { ...pass, ...storeOf(dx) }, [dx, dy, filter]);
  return dx;
}

/** Computes the gradient by the filter, times `scale`. Returns null if the grid is too large. */
export function convolveBackFilter(
  backend: WebGPUBackend,
  geometry: ConvGeometry,
  x: tf.TensorInfo,
  dy: tf.TensorInfo,
  scale = 1,
): tf.TensorInfo | null {
  const { kernelHeight, kernelWidth, inChannels, outChannels } = geometry;
  const tile = tileFor(backend.device, kernelHeight * kernelWidth * inChannels, outChannels);
  const splits = filterGradientSplits(geometry, splitThreads(backend), tile);
  const options = { geometry, splits, scale, tile };
  if (!fits(programOf(convFilterGradient, options))) return null;
  const shape = [kernelHeight, kernelWidth, inChannels, outChannels];
  const parts = backend.makeTensorInfo([splits, ...shape], 'float32');
  runKernel(backend, convFilterGradient, options, [parts, x, dy]);
  if (splits === 1) return { ...parts, shape };
  const size = tf.util.sizeFromShape(shape);
  const gradient = backend.makeTensorInfo(shape, 'float32');
  runKernel(backend, sumSplits, { splits, size }, [gradient, parts]);
  backend.disposeData(parts.dataId);
  return gradient;
}

export const attributesOf = ({ strides, pad, dataFormat, dilations, dimRoundingMode }: tf.NamedAttrMap) =>
  ({
    strides: strides as ConvAttributes['strides'],
    pad: pad as ConvAttributes['pad'],
    dataFormat: (dataFormat ?? 'NHWC') as 'NHWC' | 'NCHW',
    dilations: (dilations ?? 1) as [number, number] | number,
    ...(dimRoundingMode ? { dimRoundingMode: dimRoundingMode as 'floor' | 'round' | 'ceil' } : {}),
  }) satisfies ConvAttributes;

export const convolutionReplacements: KernelTable = {
  Conv2D({ backend, input, attrs }) {
    const geometry = geometryOf(input('x').shape, input('filter').shape, attributesOf(attrs));
    return geometry && convolve(backend, geometry, input('x'), input('filter'));
  },
  FusedConv2D({ backend, input, optional, attrs }) {
    const { activation = 'linear' } = attrs;
    const bias = optional('bias');
    const geometry = geometryOf(input('x').shape, input('filter').shape, attributesOf(attrs));
    const covered =
      (activation === 'linear' || activation === 'relu') &&
      (!bias || tf.util.sizeFromShape(bias.shape) === geometry?.outChannels);
    if (!geometry || !covered) return null;
    return convolve(backend, geometry, input('x'), input('filter'), { bias, relu: activation === 'relu' });
  },
  Conv2DBackpropInput({ backend, input, attrs }) {
    const geometry = geometryOf(attrs.inputShape as number[], input('filter').shape, attributesOf(attrs));
    return geometry && convolveBackInput(backend, geometry, input('dy'), input('filter'));
  },
  Conv2DBackpropFilter({ backend, input, attrs }) {
    const geometry = geometryOf(input('x').shape, attrs.filterShape as number[], attributesOf(attrs));
    return geometry && convolveBackFilter(backend, geometry, input('x'), input('dy'));
  },
};

export const convBatchNormReluKernels: KernelTable = {
  /** x, filter, beta, mean, variance; attrs stride, padding, epsilon → z. */
  [FUSED.convBatchNormRelu]({ backend, input, attrs }) {
    const { stride, padding, epsilon } = attrs as {
      stride: number;
      padding: 'same' | 'valid';
      epsilon: number;
    };
    const geometry = geometryOf(input('x').shape, input('filter').shape, { strides: stride, pad: padding });
    const moments = { mean: input('mean'), variance: input('variance'), beta: input('beta') };
    const epilogue = { batchNorm: { ...moments, epsilon }, relu: true };
    return geometry && convolve(backend, geometry, input('x'), input('filter'), epilogue);
  },
};
