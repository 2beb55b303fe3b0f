/** @file Dropout's mask drawn on a WebGPU backend. */
import { runKernel } from '../dispatch';
import { FUSED } from '../fusedNames';
import { dropoutMask } from '../kernels/dropoutMask';
import type { KernelTable } from './call';

export const dropoutMaskKernels: KernelTable = {
  /** words `[3]` int32 (`dropoutDraw`) → mask of attrs `shape`. */
  [FUSED.dropoutMask]({ backend, input, attrs }) {
    const mask = backend.makeTensorInfo(attrs.shape as number[], 'float32');
    const size = mask.shape.reduce((a, b) => a * b, 1);
    runKernel(backend, dropoutMask, { size }, [mask, input('words')]);
    return mask;
  },
};
