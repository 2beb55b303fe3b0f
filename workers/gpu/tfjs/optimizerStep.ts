/**
 * @file One optimizer step in place on a WebGPU backend: first the global norm, then the update. Each takes one
 * dispatch for every group of parameters. A group is as large as the device's bindings allow.
 */
import { AppError } from '../../protocol/errors';
import type * as tf from '../../tf/tf';
import { forgetCpuCopy, runKernel } from '../dispatch';
import { FUSED } from '../fusedNames';
import { clipScale, scaleLength } from '../kernels/optimizer/clipScale';
import { decaying, gradientSquares, squaresThreads } from '../kernels/optimizer/gradientSquares';
import {
  isCorrected,
  slotCount,
  type UpdateRule,
  updateParameters,
  updateRules,
  updateThreads,
} from '../kernels/optimizer/updateParameters';
import { isSoftware } from '../tileChoice';
import { groupSize, groupsOf } from '../wgsl/parameterGroup';
import type { Call, KernelTable } from './call';

const numbered = ({ input }: Call, name: string, count: number): tf.TensorInfo[] =>
  Array.from({ length: count }, (_, i) => input(`${name}${i}`));

function ruleOf({ attrs }: Call): UpdateRule {
  const rule = updateRules.find(known => known === attrs.rule);
  if (rule) return rule;
  throw new AppError(
    'gpu/rule',
    `There is no update rule "${attrs.rule}". Known: ${updateRules.join(', ')}.`,
  );
}

export const optimizerStepKernels: KernelTable = {
  /**
   * hyper `[rate, μ, ρ, ε, clip]`, slot0 (momentum), slot1 (mean square, not for sgd), corrections (adam only),
   * parameter0 …, gradient0 …; attrs rule, decays. Writes parameters, slots and corrections; → norm of the gradient,
   * decay included, before the clip.
   */
  [FUSED.optimizerStep](call) {
    const { backend, input } = call;
    const decays = call.attrs.decays as number[];
    const rule = ruleOf(call);
    const parameters = numbered(call, 'parameter', decays.length);
    const gradients = numbered(call, 'gradient', decays.length);
    const slots = numbered(call, 'slot', slotCount(rule));
    const sizes = parameters.map(({ shape }) => shape.reduce((a, b) => a * b, 1));
    const limit = backend.device.limits.maxStorageBuffersPerShaderStage;

    const measured = groupsOf({ sizes, decays }, limit - 1, decay => (decay === 0 ? 1 : 2));
    const parts = backend.makeTensorInfo([measured.length * squaresThreads], 'float32');
    const norm = backend.makeTensorInfo([], 'float32');
    const corrected = isCorrected(rule);
    const corrections = corrected ? [input('corrections')] : [];
    const scale = backend.makeTensorInfo([scaleLength(corrected)], 'float32');
    measured.forEach(({ start, first: _, ...group }, i) => {
      const options = { ...group, parts: measured.length * squaresThreads, offset: i * squaresThreads };
      const values = decaying(group).map(p => parameters[start + p] as tf.TensorInfo);
      const mine = gradients.slice(start, start + group.sizes.length);
      runKernel(backend, gradientSquares, options, [parts, ...values, ...mine]);
    });
    runKernel(backend, clipScale, { parts: measured.length * squaresThreads, corrected }, [
      ...[norm, scale, ...corrections],
      ...[parts, input('hyper')],
    ]);

    const updated = groupsOf({ sizes, decays }, limit - slots.length - 2, () => 2);
    const slotSize = groupSize({ sizes, decays });
    const mostThreads = isSoftware(backend.device) ? 256 : 8192;
    for (const { start, ...group } of updated) {
      const end = start + group.sizes.length;
      const threads = updateThreads(group, mostThreads);
      runKernel(backend, updateParameters, { ...group, rule, slotSize, threads }, [
        ...parameters.slice(start, end),
        ...slots,
        ...gradients.slice(start, end),
        input('hyper'),
        scale,
      ]);
    }
    for (const tensor of [...parameters, ...slots, ...corrections]) forgetCpuCopy(backend, tensor);
    backend.disposeData(parts.dataId);
    backend.disposeData(scale.dataId);
    return norm;
  },
};
