/** @file The network's input made from bytes on a WebGPU backend. */
import { runKernel } from '../dispatch';
import { FUSED } from '../fusedNames';
import { standardise } from '../kernels/map/standardise';
import { isSoftware } from '../tileChoice';
import type { KernelTable } from './call';

export const standardiseKernels: KernelTable = {
  /** words (`packBytes`), augment (`augmentDraw`), both int32 → images of attrs `shape` `[images, size, size, 3]`. */
  [FUSED.standardise]({ backend, input, attrs }) {
    const shape = attrs.shape as number[];
    const [images = 0, size = 0] = shape;
    const out = backend.makeTensorInfo(shape, 'float32');
    // On a CPU each thread costs more than a pixel.
    const threads = isSoftware(backend.device) ? 64 : 256;
    runKernel(backend, standardise, { images, size, threads }, [out, input('words'), input('augment')]);
    return out;
  },
};
