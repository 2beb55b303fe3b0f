/** @file The work of a training step, from the shapes of a network: what a visitor has to wait for, before anything has run. */
import type { NetworkPlan } from '../nets/network';

/**
 * What a step takes, in multiply-adds of the convolution that `DeviceInfo.speed` was measured on: `perMultiplyAdd` for each
 * multiply-add of the forward pass, and `perOutput` for each number of a layer's output, which batch norm, ReLU and their
 * gradients read and write. Both follow from steps of `equal` on WebAssembly on one core of a shared machine, where the
 * convolution reached 9.4 · 10⁹ multiply-adds a second: the fastest tenth of the steps took 7 ms with `tiny`, 22 to 29 ms
 * with `ck48`, 17 ms with `mini` and 0.88 s with `small`. The sum below says 11, 31, 18 and 1.1 s. The median step of a busy
 * machine takes up to twice as long as the fastest.
 */
const perMultiplyAdd = 2;
const perOutput = 150;

/** The work of one image in one training step, in multiply-adds. @param plan the network with all its branches. */
export function stepWork({ layers }: Pick<NetworkPlan, 'layers'>): number {
  return layers.reduce(
    (work, { multiplyAdds, output: [height, width, channels] }) =>
      work + perMultiplyAdd * multiplyAdds + perOutput * height * width * channels,
    0,
  );
}
