/**
 * @file One optimizer step in place, on backends that can do it. Its composed twin is `model/optimizers/packed.ts`, which
 * works on flat vectors and therefore keeps other buffers.
 */
import { FUSED, hasFused, runFused } from '../gpu/fusedNames';
import type { UpdateRule } from '../gpu/kernels/optimizer/updateParameters';
import * as tf from '../tf/tf';

export type { UpdateRule };

/** Whether the current backend steps in place. */
export const stepsInPlace = (): boolean => hasFused(FUSED.optimizerStep);

/** Hyper-parameters of an update in place. */
export interface StepHyper {
  /** A scalar where a recorded step must not freeze it. */
  learningRate: number | tf.Scalar;
  momentum: number;
  rmsDecay: number;
  epsilon: number;
  clipNorm: number;
}

/**
 * One optimizer step that overwrites parameters and slots. `slots`: flat vectors over all parameters, momentum first;
 * `decays`: λ of each parameter; `corrections` `[2]`: Adam's, which are moved too. Tensors that share a parameter's data,
 * such as a clone or a reshape, change with it.
 * @returns the gradient's global norm, decay included, before the clip; the caller's.
 */
export function optimizerStep(
  rule: UpdateRule,
  parameters: readonly tf.Tensor[],
  gradients: readonly tf.Tensor[],
  decays: readonly number[],
  slots: readonly tf.Tensor[],
  corrections: tf.Tensor1D | null,
  { learningRate, momentum, rmsDecay, epsilon, clipNorm }: StepHyper,
): tf.Scalar {
  const named = (name: string, tensors: readonly tf.Tensor[]) =>
    tensors.map((tensor, i) => [`${name}${i}`, tensor] as const);
  return tf.tidy(() => {
    const rest = [momentum, rmsDecay, epsilon, clipNorm];
    const hyper =
      typeof learningRate === 'number'
        ? tf.tensor1d([learningRate, ...rest])
        : tf.concat1d([tf.reshape(learningRate, [1]), tf.tensor1d(rest)]);
    const inputs = Object.fromEntries([
      ...named('parameter', parameters),
      ...named('gradient', gradients),
      ...named('slot', slots),
      ['hyper', hyper] as const,
      ...(corrections ? [['corrections', corrections] as const] : []),
    ]);
    const [norm] = runFused(FUSED.optimizerStep, inputs, { rule, decays: [...decays] });
    return norm as tf.Scalar;
  });
}
