/** @file Dropout on a WebGPU backend takes one dispatch. Its gradient takes the same dispatch. */
import { runKernel } from '../dispatch';
import { FUSED } from '../fusedNames';
import { dropout } from '../kernels/map/dropout';
import type { KernelTable } from './call';

export const dropoutKernels: KernelTable = {
  /** x, words `[3]` int32 (`dropoutDraw`) → y. */
  [FUSED.dropout]({ backend, input }) {
    const x = input('x');
    const y = backend.makeTensorInfo(x.shape, 'float32');
    const size = x.shape.reduce((a, b) => a * b, 1);
    runKernel(backend, dropout, { size }, [y, x, input('words')]);
    return y;
  },
};
