/**
 * @file Puts our kernels into tfjs's registry for one WebGPU backend. A replaced stock kernel stays at hand for what
 * ours do not cover.
 */
import * as tf from '@tensorflow/tfjs';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { AppError } from '../protocol/link';
import {
  type ConvAttributes,
  convolve,
  convolveBackFilter,
  convolveBackInput,
  geometryOf,
} from './convolution';
import { followStream } from './dispatch';

/** One call of a kernel, with what tfjs passes it. */
interface Call {
  backend: WebGPUBackend;
  /** @throws AppError `gpu/input`. */
  input(name: string): tf.TensorInfo;
  optional(name: string): tf.TensorInfo | undefined;
  attrs: tf.NamedAttrMap;
}
/** null = not covered: the stock kernel runs. */
type Replacement = (call: Call) => tf.TensorInfo | tf.TensorInfo[] | null;

function callOf(inputs: tf.NamedTensorInfoMap, backend: object, attrs: tf.NamedAttrMap = {}): Call {
  if (!(backend instanceof WebGPUBackend))
    throw new AppError(
      'gpu/backend',
      'A WebGPU kernel was called on another backend; register it for that one.',
    );
  return {
    backend,
    attrs,
    optional: name => inputs[name],
    input(name) {
      const tensor = inputs[name];
      if (!tensor) throw new AppError('gpu/input', `The kernel's input "${name}" is missing.`);
      return tensor;
    },
  };
}

const convAttributes = (attrs: tf.NamedAttrMap): ConvAttributes => ({
  strides: attrs.strides as [number, number] | number,
  pad: attrs.pad as ConvAttributes['pad'],
  dataFormat: (attrs.dataFormat ?? 'NHWC') as 'NHWC' | 'NCHW',
  dilations: (attrs.dilations ?? 1) as [number, number] | number,
  ...(attrs.dimRoundingMode ? { dimRoundingMode: attrs.dimRoundingMode as 'floor' | 'round' | 'ceil' } : {}),
});

const REPLACEMENTS: Readonly<Record<string, Replacement>> = {
  Conv2D({ backend, input, attrs }) {
    const geometry = geometryOf(input('x').shape, input('filter').shape, convAttributes(attrs));
    return geometry && convolve(backend, geometry, input('x'), input('filter'));
  },
  FusedConv2D({ backend, input, optional, attrs }) {
    const { activation = 'linear' } = attrs;
    const bias = optional('bias');
    const geometry = geometryOf(input('x').shape, input('filter').shape, convAttributes(attrs));
    const covered =
      (activation === 'linear' || activation === 'relu') &&
      (!bias || tf.util.sizeFromShape(bias.shape) === geometry?.outChannels);
    if (!geometry || !covered) return null;
    return convolve(backend, geometry, input('x'), input('filter'), { bias, relu: activation === 'relu' });
  },
  Conv2DBackpropInput({ backend, input, attrs }) {
    const geometry = geometryOf(attrs.inputShape as number[], input('filter').shape, convAttributes(attrs));
    return geometry && convolveBackInput(backend, geometry, input('dy'), input('filter'));
  },
  Conv2DBackpropFilter({ backend, input, attrs }) {
    const geometry = geometryOf(input('x').shape, attrs.filterShape as number[], convAttributes(attrs));
    return geometry && convolveBackFilter(backend, geometry, input('x'), input('dy'));
  },
};

/** Stock kernels by `backend/kernel`, from before they were replaced. */
const stock = new Map<string, tf.KernelFunc>();

/**
 * Replaces tfjs's slow kernels on a WebGPU backend. Call it once the backend has started; again does no harm.
 * @throws AppError `gpu/backend` if the current backend is not a WebGPU one.
 */
export function registerKernels(backendName: string): void {
  const backend = tf.backend();
  if (!(backend instanceof WebGPUBackend))
    throw new AppError(
      'gpu/backend',
      `Backend "${backendName}" is not WebGPU or not the current one: set it first, then register its kernels.`,
    );
  followStream(backend);
  for (const [kernelName, replacement] of Object.entries(REPLACEMENTS)) {
    const key = `${backendName}/${kernelName}`;
    const original = stock.get(key) ?? tf.getKernel(kernelName, backendName).kernelFunc;
    stock.set(key, original);
    tf.unregisterKernel(kernelName, backendName);
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, backend, attrs }) =>
        replacement(callOf(inputs, backend, attrs)) ?? original({ inputs, backend, attrs: attrs ?? {} }),
    });
  }
}
