/** @file Eq. 1 on a WebGPU backend: one dispatch for the sum, one for each of its gradients. */
import type * as tf from '../../tf/tf';
import { runKernel } from '../dispatch';
import { FUSED } from '../fusedNames';
import { weightedSum, weightedSumGradient, weightedSumWeightGradient } from '../kernels/unit/weightedSum';
import type { Call, KernelTable } from './call';

/** loss0, loss1 … */
function lossesOf({ input, attrs }: Call): tf.TensorInfo[] {
  return Array.from({ length: attrs.tasks as number }, (_, t) => input(`loss${t}`));
}

export const weightedSumKernels: KernelTable = {
  /** weights `[tasks]`, loss0 …; attr tasks → total. */
  [FUSED.weightedSum](call) {
    const { backend, input } = call;
    const total = backend.makeTensorInfo([], 'float32');
    const losses = lossesOf(call);
    runKernel(backend, weightedSum, { tasks: losses.length }, [total, input('weights'), ...losses]);
    return total;
  },
  /** dy, weights → a scalar a loss. */
  [FUSED.weightedSumGradient]({ backend, input }) {
    const weights = input('weights');
    const [tasks = 0] = weights.shape;
    const gradients = Array.from({ length: tasks }, () => backend.makeTensorInfo([], 'float32'));
    runKernel(backend, weightedSumGradient, { tasks }, [...gradients, weights, input('dy')]);
    return gradients;
  },
  /** dy, loss0 …; attr tasks → dweights `[tasks]`. */
  [FUSED.weightedSumWeightGradient](call) {
    const { backend, input } = call;
    const losses = lossesOf(call);
    const tasks = losses.length;
    const gradient = backend.makeTensorInfo([tasks], 'float32');
    runKernel(backend, weightedSumWeightGradient, { tasks }, [gradient, input('dy'), ...losses]);
    return gradient;
  },
};
