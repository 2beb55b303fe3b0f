/** @file Masked cross-entropy and rows of unit length on a WebGPU backend. */
import { runKernel } from '../dispatch';
import { FUSED } from '../fusedNames';
import { crossEntropyRows, maskedMean, scaledBy } from '../kernels/crossEntropy';
import { normaliseRows, normaliseRowsGradient } from '../kernels/normaliseRows';
import type { Call, KernelTable } from './call';

const matrix = ({ input, attrs }: Call, name: string) => {
  const [rows = 0, features = 0] = input(name).shape;
  return { rows, features, epsilon: attrs.epsilon as number };
};

export const lossKernels: KernelTable = {
  /** logits, labels (int32, −1 = masked) → mean loss, softmax − one-hot, 1 / labelled rows. */
  [FUSED.crossEntropy]({ backend, input }) {
    const logits = input('logits');
    const [rows = 0, classes = 0] = logits.shape;
    const losses = backend.makeTensorInfo([rows], 'float32');
    const excess = backend.makeTensorInfo([rows, classes], 'float32');
    const mean = backend.makeTensorInfo([], 'float32');
    const inverse = backend.makeTensorInfo([], 'float32');
    runKernel(backend, crossEntropyRows, { rows, classes }, [losses, excess, logits, input('labels')]);
    runKernel(backend, maskedMean, { rows }, [mean, inverse, losses, input('labels')]);
    backend.disposeData(losses.dataId);
    return [mean, excess, inverse];
  },
  /** dy (scalar), excess, inverse → dlogits. */
  [FUSED.crossEntropyGradient]({ backend, input }) {
    const excess = input('excess');
    const gradient = backend.makeTensorInfo(excess.shape, 'float32');
    const size = excess.shape.reduce((a, b) => a * b, 1);
    runKernel(backend, scaledBy, { size }, [gradient, excess, input('dy'), input('inverse')]);
    return gradient;
  },
  /** x → y, 1/√(‖x‖² + ε). */
  [FUSED.normaliseRows](call) {
    const { backend, input } = call;
    const options = matrix(call, 'x');
    const y = backend.makeTensorInfo(input('x').shape, 'float32');
    const inverse = backend.makeTensorInfo([options.rows], 'float32');
    runKernel(backend, normaliseRows, options, [y, inverse, input('x')]);
    return [y, inverse];
  },
  /** dy, y, inverse → dx. */
  [FUSED.normaliseRowsGradient](call) {
    const { backend, input } = call;
    const dx = backend.makeTensorInfo(input('y').shape, 'float32');
    const operands = [dx, input('dy'), input('y'), input('inverse')];
    runKernel(backend, normaliseRowsGradient, matrix(call, 'y'), operands);
    return dx;
  },
};
