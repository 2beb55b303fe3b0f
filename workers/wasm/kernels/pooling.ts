/** @file Max pooling with its gradient by remembered taps, and the mean over a map. */
import { FUSED } from '../../gpu/fusedNames';
import { type ConvGeometry, convGeometry } from '../../gpu/wgsl/convGeometry';
import type { Call, KernelTable } from '../call';
import { FourChannels } from '../fourChannels';

type Shape4D = [number, number, number, number];

function geometryOf(inputShape: readonly number[], { attrs }: Call): ConvGeometry {
  const shape = inputShape as Shape4D;
  const size = attrs.size as number;
  const padding = attrs.padding as 'same' | 'valid';
  return convGeometry(shape, [size, size, shape[3]], attrs.stride as number, padding);
}

/** As the kernels take them. */
const windowOf = (g: ConvGeometry, channels: number): number[] => [
  ...[g.inHeight, g.inWidth, channels, g.outHeight, g.outWidth],
  ...[g.kernelHeight, g.strideHeight, g.padTop, g.padLeft],
];

export const poolingKernels: KernelTable = {
  /** x → y, taps (a byte a channel). */
  [FUSED.maxPool](call) {
    const { backend, input } = call;
    const x = input('x');
    const g = geometryOf(x.shape, call);
    const maps = new FourChannels(backend, g.inChannels);
    const y = backend.make([g.batch, g.outHeight, g.outWidth, g.outChannels]);
    const taps = backend.make([g.batch, g.outHeight, g.outWidth, maps.wide / 4], 'int32');
    const numbers = [maps.read(x), ...windowOf(g, maps.wide), maps.write(y), taps.at];
    backend.run('maxPool', numbers, g.batch * g.outHeight);
    maps.finish();
    return [y, taps];
  },
  /** dy, taps → dx. */
  [FUSED.maxPoolGradient](call) {
    const { backend, input, attrs } = call;
    const inputShape = attrs.inputShape as number[];
    const g = geometryOf(inputShape, call);
    const maps = new FourChannels(backend, g.inChannels);
    const dx = backend.make(inputShape);
    const numbers = [maps.read(input('dy')), input('taps').at, ...windowOf(g, maps.wide), maps.write(dx)];
    backend.run('maxPoolGradient', numbers, g.batch * g.inHeight);
    maps.finish();
    return dx;
  },
  /** x → `[batch, channels]`. */
  [FUSED.globalAverage]({ backend, input }) {
    const x = input('x');
    const [batch, height, width, channels] = x.shape as Shape4D;
    const maps = new FourChannels(backend, channels);
    const mean = backend.make([batch, channels]);
    backend.run('globalAverage', [maps.read(x), height * width, maps.wide, maps.write(mean)], batch);
    maps.finish();
    return mean;
  },
  /** dy → dx. */
  [FUSED.globalAverageGradient]({ backend, input, attrs }) {
    const [batch, height, width, channels] = attrs.inputShape as Shape4D;
    const maps = new FourChannels(backend, channels);
    const dx = backend.make(attrs.inputShape as Shape4D);
    const numbers = [maps.read(input('dy')), height * width, maps.wide, maps.write(dx)];
    backend.run('globalAverageGradient', numbers, batch);
    maps.finish();
    return dx;
  },
};
