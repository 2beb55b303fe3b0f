/** @file One optimizer step in place: the global norm, the clip, then every parameter. */
import { FUSED } from '../../gpu/fusedNames';
import { isCorrected, slotCount, type UpdateRule } from '../../gpu/kernels/optimizer/updateParameters';
import { type KernelTable, numbered } from '../call';

/** Numbers whose squares are added into one part, as in the assembly. */
const chunk = 1024;

const kernelOf = {
  sgd: 'stepSgd',
  rmsprop: 'stepRmsprop',
  adam: 'stepAdam',
} as const satisfies Record<UpdateRule, string>;

export const optimizerKernels: KernelTable = {
  /**
   * hyper `[rate, μ, ρ, ε, clip]`, slot0 (momentum), slot1 (mean square, not for sgd), corrections (adam only),
   * parameter0 …, gradient0 …; attrs rule, decays. Writes parameters, slots and corrections; → norm of the gradient,
   * decay included, before the clip.
   */
  [FUSED.optimizerStep](call) {
    const { backend, input, attrs } = call;
    const rule = attrs.rule as UpdateRule;
    const decays = attrs.decays as number[];
    const parameters = numbered(call, 'parameter', decays.length);
    const gradients = numbered(call, 'gradient', decays.length);
    const slots = numbered(call, 'slot', slotCount(rule));
    const hyper = input('hyper').at;
    const parts = parameters.map(({ size }) => Math.ceil(size / chunk));
    const count = parts.reduce((a, b) => a + b, 0);
    const squares = backend.allocate(4 * count);
    const scale = backend.allocate(4 * 3);
    const norm = backend.make([]);
    let part = squares;
    parameters.forEach(({ at, size }, p) => {
      const own = parts[p] ?? 0;
      backend.run('gradientSquares', [gradients[p]?.at ?? 0, at, decays[p] ?? 0, size, part], own);
      part += 4 * own;
    });
    const corrections = isCorrected(rule) ? input('corrections').at : 0;
    backend.run('clipScale', [squares, count, hyper, corrections, norm.at, scale]);
    let first = 0;
    parameters.forEach(({ at, size }, p) => {
      const own = slots.map(slot => slot.at + first);
      const numbers = [at, gradients[p]?.at ?? 0, ...own, size, decays[p] ?? 0, hyper, scale];
      backend.run(kernelOf[rule], numbers, Math.ceil(size / 4));
      first += 4 * size;
    });
    backend.release(squares);
    backend.release(scale);
    return norm;
  },
};
