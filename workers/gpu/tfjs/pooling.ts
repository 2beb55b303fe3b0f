/** @file Max pooling with its gradient by remembered taps, and the mean over a map, on a WebGPU backend. */
import type * as tf from '../../tf/tf';
import { runKernel } from '../dispatch';
import { FUSED } from '../fusedNames';
import { makeMap } from '../halfMaps';
import { globalAverage, globalAverageGradient } from '../kernels/map/globalAverage';
import { maxPool, maxPoolGradient, type PoolGeometry } from '../kernels/map/maxPool';
import { convGeometry } from '../wgsl/convGeometry';
import { lanesOf } from '../wgsl/kernel';
import type { KernelTable } from './call';

type Shape4D = [number, number, number, number];

function poolGeometry(inputShape: readonly number[], attrs: tf.NamedAttrMap): PoolGeometry {
  const [batch, height, width, channels] = inputShape as Shape4D;
  const size = attrs.size as number;
  return convGeometry(
    [batch, height, width, channels],
    [size, size, channels],
    attrs.stride as number,
    attrs.padding as 'same' | 'valid',
  );
}

const averageOptions = (shape: readonly number[]) => {
  const [batch, height, width, channels] = shape as Shape4D;
  return { batch, pixels: height * width, channels };
};

export const poolingKernels: KernelTable = {
  /** x → y, taps. */
  [FUSED.maxPool]({ backend, input, attrs }) {
    const x = input('x');
    const geometry = poolGeometry(x.shape, attrs);
    const { batch, outHeight, outWidth, outChannels } = geometry;
    const y = makeMap(backend, [batch, outHeight, outWidth, outChannels], 'activation');
    const tapChannels = outChannels / lanesOf(outChannels);
    const taps = backend.makeTensorInfo([batch, outHeight, outWidth, tapChannels], 'int32');
    runKernel(backend, maxPool, geometry, [y, taps, x]);
    return [y, taps];
  },
  /** dy, taps → dx. */
  [FUSED.maxPoolGradient]({ backend, input, attrs }) {
    const inputShape = attrs.inputShape as number[];
    const dx = makeMap(backend, inputShape, 'gradient');
    runKernel(backend, maxPoolGradient, poolGeometry(inputShape, attrs), [dx, input('dy'), input('taps')]);
    return dx;
  },
  /** x → `[batch, channels]`. */
  [FUSED.globalAverage]({ backend, input }) {
    const options = averageOptions(input('x').shape);
    const mean = backend.makeTensorInfo([options.batch, options.channels], 'float32');
    runKernel(backend, globalAverage, options, [mean, input('x')]);
    return mean;
  },
  /** dy → dx. */
  [FUSED.globalAverageGradient]({ backend, input, attrs }) {
    const inputShape = attrs.inputShape as number[];
    const dx = makeMap(backend, inputShape, 'gradient');
    runKernel(backend, globalAverageGradient, averageOptions(inputShape), [dx, input('dy')]);
    return dx;
  },
};
