/** @file Center loss on a WebGPU backend: two dispatches forward, one back, one to move the centers. */
import { forgetCpuCopy, runKernel } from '../dispatch';
import { FUSED } from '../fusedNames';
import { centerDistances, moveCenters } from '../kernels/loss/centerLoss';
import { maskedMean, scaledBy } from '../kernels/loss/crossEntropy';
import type { Call, KernelTable } from './call';

const sizesOf = ({ input }: Call) => {
  const [batch = 0, features = 0] = input('x').shape;
  return { batch, features, classes: input('centers').shape[0] ?? 0 };
};

export const centerLossKernels: KernelTable = {
  /** x, labels (int32, −1 = masked), centers, base, scale; attr norm → base + scale · mean loss, its slopes by x, 1 / labelled rows. */
  [FUSED.centerLoss](call) {
    const { backend, input, attrs } = call;
    const [x, labels] = [input('x'), input('labels')];
    const options = { ...sizesOf(call), printed: attrs.norm === 'printed' };
    const rows = options.batch;
    const slopes = backend.makeTensorInfo(x.shape, 'float32');
    const distances = backend.makeTensorInfo([rows], 'float32');
    const [loss, inverse] = [backend.makeTensorInfo([], 'float32'), backend.makeTensorInfo([], 'float32')];
    runKernel(backend, centerDistances, options, [slopes, distances, x, labels, input('centers')]);
    const added = [input('base'), input('scale')];
    runKernel(backend, maskedMean, { rows, kinds: 1, added: true }, [
      ...[loss, inverse, distances, labels],
      ...added,
    ]);
    backend.disposeData(distances.dataId);
    return [loss, slopes, inverse];
  },
  /** dy, slopes, inverse, scale → dx. */
  [FUSED.centerLossGradient]({ backend, input }) {
    const slopes = input('slopes');
    const gradient = backend.makeTensorInfo(slopes.shape, 'float32');
    const size = slopes.shape.reduce((a, b) => a * b, 1);
    const factors = [input('dy'), input('inverse'), input('scale')];
    runKernel(backend, scaledBy, { size, scalars: factors.length }, [gradient, slopes, ...factors]);
    return gradient;
  },
  /** centers, x, labels; attr rate. Writes the centers. */
  [FUSED.moveCenters](call) {
    const { backend, input, attrs } = call;
    const centers = input('centers');
    const options = { ...sizesOf(call), rate: attrs.rate as number };
    runKernel(backend, moveCenters, options, [centers, input('x'), input('labels')]);
    forgetCpuCopy(backend, centers);
    return [];
  },
};
