/** @file Masked cross-entropy and rows of unit length on a WebGPU backend. */
import { runKernel } from '../dispatch';
import { FUSED } from '../fusedNames';
import { crossEntropyRows, maskedMean, scaledBy } from '../kernels/loss/crossEntropy';
import { normaliseRows, normaliseRowsGradient } from '../kernels/loss/normaliseRows';
import type { Call, KernelTable } from './call';

const matrix = ({ input, attrs }: Call, name: string) => {
  const [rows = 0, features = 0] = input(name).shape;
  return { rows, features, epsilon: attrs.epsilon as number };
};

export const lossKernels: KernelTable = {
  /** logits, labels (int32, −1 = masked) → mean loss, softmax − one-hot, 1 / labelled rows, accuracy. */
  [FUSED.crossEntropy]({ backend, input }) {
    const logits = input('logits');
    const [rows = 0, classes = 0] = logits.shape;
    const values = backend.makeTensorInfo([2, rows], 'float32');
    const excess = backend.makeTensorInfo([rows, classes], 'float32');
    const scalar = () => backend.makeTensorInfo([], 'float32');
    const [mean, accuracy, inverse] = [scalar(), scalar(), scalar()];
    runKernel(backend, crossEntropyRows, { rows, classes }, [values, excess, logits, input('labels')]);
    const means = [mean, accuracy, inverse];
    runKernel(backend, maskedMean, { rows, kinds: 2 }, [...means, values, input('labels')]);
    backend.disposeData(values.dataId);
    return [mean, excess, inverse, accuracy];
  },
  /** dy (scalar), excess, inverse → dlogits. */
  [FUSED.crossEntropyGradient]({ backend, input }) {
    const excess = input('excess');
    const gradient = backend.makeTensorInfo(excess.shape, 'float32');
    const size = excess.shape.reduce((a, b) => a * b, 1);
    const factors = [input('dy'), input('inverse')];
    runKernel(backend, scaledBy, { size, scalars: factors.length }, [gradient, excess, ...factors]);
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
