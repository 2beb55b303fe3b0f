/** @file Dropout's mask drawn on a WebGPU backend. */
import { runKernel } from '../dispatch';
import { FUSED } from '../fusedNames';
import { dropoutMask } from '../kernels/dropoutMask';
import type { KernelTable } from './call';

export const dropoutMaskKernels: KernelTable = {
  /** key `[1]` int32, its bits those of an unsigned key → mask of attrs `shape`. */
  [FUSED.dropoutMask]({ backend, input, attrs }) {
    const mask = backend.makeTensorInfo(attrs.shape as number[], 'float32');
    const size = mask.shape.reduce((a, b) => a * b, 1);
    runKernel(backend, dropoutMask, { size, drop: attrs.drop as number }, [mask, input('key')]);
    return mask;
  },
};
