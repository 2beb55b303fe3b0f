/**
 * @file The weighted sum of the losses and the dynamic-weight unit as fused ops; what each computes is said at its
 * composed twin in `weighting/weightedSum.ts` and `weighting/unitOps.ts`.
 */
import * as tf from '@tensorflow/tfjs';
import { FUSED, runFused } from './fusedNames';

type Save = (tensors: tf.Tensor[]) => void;

const numbered = (name: string, tensors: readonly tf.Tensor[]) =>
  Object.fromEntries(tensors.map((tensor, i) => [`${name}${i}`, tensor]));

/** Σ w_i·L_i; `weightsMove`: the weights get a gradient too. */
export function fusedWeightedSum(
  losses: readonly tf.Scalar[],
  weights: tf.Tensor1D,
  weightsMove: boolean,
): tf.Scalar {
  const attrs = { tasks: losses.length };
  const op = tf.customGrad((...inputs) => {
    const save = inputs.at(-1) as Save;
    const own = inputs.slice(0, losses.length) as tf.Scalar[];
    const [value] = runFused(FUSED.weightedSum, { weights, ...numbered('loss', own) }, attrs) as [tf.Scalar];
    save(weightsMove ? [weights, ...own] : [weights]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [weights, ...own] = saved as [tf.Tensor, ...tf.Tensor[]];
      return [
        ...runFused(FUSED.weightedSumGradient, { dy, weights }),
        ...(weightsMove
          ? runFused(FUSED.weightedSumWeightGradient, { dy, ...numbered('loss', own) }, attrs)
          : []),
      ];
    };
    return { value, gradFunc };
  });
  return op(...losses, ...(weightsMove ? [weights] : [])) as tf.Scalar;
}

/** The same for the forward pass and every gradient of a run. */
export interface UnitSettings {
  normaliseZ: boolean;
  normaliseLogits: boolean;
  logitScale: number;
  /** The first task that has a row; those before it have weight 0. */
  firstTask: number;
}

export interface FusedUnitPass {
  weights: tf.Tensor1D;
  shortest: tf.Scalar;
  /** The records, as `kernels/unitShape.ts` says. */
  kept: readonly [tf.Tensor2D];
}

/** The weights get a gradient with respect to z, ψ and b; the rest are constants. */
export function fusedUnitForward(
  z: tf.Tensor2D,
  psi: tf.Tensor2D,
  b: tf.Tensor1D,
  present: tf.Tensor1D,
  settings: UnitSettings,
): FusedUnitPass {
  const [weights, shortest, records] = runFused(FUSED.unitForward, { z, psi, b, present }, { ...settings });
  return {
    weights: weights as tf.Tensor1D,
    shortest: shortest as tf.Scalar,
    kept: [records as tf.Tensor2D],
  };
}

/** What tfjs asks of `fusedUnitForward`: a kernel with several outputs has its gradient in tfjs's registry. */
export const unitForwardGradient: tf.GradConfig = {
  kernelName: FUSED.unitForward,
  inputsToSave: ['z', 'psi', 'b'],
  outputsToSave: [false, false, true],
  gradFunc(dys, saved, attrs) {
    const [dweights] = dys as [tf.Tensor, tf.Tensor, tf.Tensor];
    const [z, psi, b, records] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    const inputs = { dweights, z, psi, b, records };
    const [dz, dpsi, db] = runFused(FUSED.unitForwardGradient, inputs, attrs as tf.NamedAttrMap);
    return { z: () => dz as tf.Tensor, psi: () => dpsi as tf.Tensor, b: () => db as tf.Tensor };
  },
};

/** ∂L3/∂ψ and ∂L3/∂b; `losses`: those of the tasks that have a row. */
export function fusedL3Gradient(
  records: tf.Tensor2D,
  z: tf.Tensor2D,
  l3: { losses: readonly tf.Scalar[]; present: tf.Tensor1D; sigma: tf.Scalar; formula: 'true' | 'printed' },
  settings: UnitSettings,
): { psi: tf.Tensor2D; b: tf.Tensor1D } {
  const { losses, present, sigma, formula } = l3;
  const inputs = { z, records, present, sigma, ...numbered('loss', losses) };
  const [psi, b] = runFused(FUSED.unitL3Gradient, inputs, { ...settings, formula });
  return { psi: psi as tf.Tensor2D, b: b as tf.Tensor1D };
}

/** One step that overwrites ψ and b. Tensors that share their data change with them. */
export function fusedUnitMove(
  unit: { psi: tf.Tensor2D; b: tf.Tensor1D },
  gradient: { psi: tf.Tensor2D; b: tf.Tensor1D },
  longest: tf.Scalar,
  present: tf.Tensor1D,
  how: { weightDecay: number; clipNorm: number; rescale: boolean; firstTask: number },
): void {
  const inputs = { psi: unit.psi, b: unit.b, dpsi: gradient.psi, db: gradient.b, longest, present };
  runFused(FUSED.unitMove, inputs, { ...how });
}
