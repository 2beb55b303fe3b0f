/**
 * @file The proposed strategy (eq. 7): the dynamic-weight unit learns from its own loss
 *
 *   L3 = Σ w_i / (L_i + σ)      L_i constants
 *
 * while Θ learns from Σ w_i·L_i with w constants, both on the same forward pass (eq. 11–12). The gradient is written out:
 * with p = softmax(f) of one sample and r_i = 1 / (L_i + σ), the batch mean gives
 *
 *   true          ∂L3/∂f_i = p_i (r_i − Σ_j p_j r_j) / batch
 *   as printed    ∂L3/∂f_i = p_i (1 − p_i) r_i / batch        eq. 8–9, without the cross terms
 *
 * A task that the batch has no sample of has no term in L3 that step: its r_i is 0.
 */
import * as tf from '@tensorflow/tfjs';
import { createUnit, type UnitPass } from './dynamicWeightUnit';
import { choiceOption, flagOption, numberOption } from './options';
import { unitOptions } from './unitOptions';
import { constant, weightedSum } from './weightedSum';
import { liveScalar, type StepLosses, type WeightingEntry } from './weighting';

/** `scale` / (L_i + σ) of the tasks from `firstTask` on, 0 where a task is absent: `[rows]`. */
export function inverseLosses(
  { losses, present }: Pick<StepLosses, 'losses' | 'present'>,
  { firstTask, sigma, scale }: { firstTask: number; sigma: tf.Scalar; scale: number },
): tf.Tensor1D {
  const shown = firstTask > 0 ? tf.slice(present, firstTask) : present;
  // An absent task's loss is 0: with σ = 0 its term would be infinite, and 0 · ∞ is NaN. So it counts as 1.
  const terms = tf.add(tf.stack(losses.slice(firstTask)), tf.sub(1, shown));
  return tf.mul(tf.div<tf.Tensor1D>(scale, tf.add(terms, sigma)), shown);
}

/** ∂L3/∂f by either formula, `[batch, rows]`; `inverse` already carries the 1 / batch. */
export function l3Gradient(
  { shares }: Pick<UnitPass, 'shares'>,
  inverse: tf.Tensor1D,
  formula: 'true' | 'printed',
): tf.Tensor2D {
  const terms = tf.mul<tf.Tensor2D>(shares, inverse);
  // p(r − Σpr) = pr − p·Σpr and p(1 − p)r = pr − p·pr.
  const minus = formula === 'true' ? tf.sum<tf.Tensor2D>(terms, 1, true) : terms;
  return tf.sub(terms, tf.mul(shares, minus));
}

export const dynamic: WeightingEntry = {
  label: 'Dynamic (proposed)',
  cites:
    'Ming et al., Dynamic Multi-Task Learning for Face Recognition with Facial Expression, 2019; Ming et al., Cross-modal Multi-task Learning for Graphic Recognition of Caricature Face, 2021',
  about:
    'A softmax unit on the shared features, trained by its own loss Σ wᵢ / Lᵢ: the task with the larger loss takes the weight, until it is no longer the harder one.',
  options: unitOptions,
  needs: [],
  create(context) {
    const unit = createUnit(context);
    const { config } = context;
    const reachTrunk = flagOption(config, 'unit.weightsReachTrunk');
    const formula = choiceOption(config, 'unit.gradient', ['true', 'printed']);
    return {
      variables: unit.variables,
      trainedByTotal: [],
      combine({ z, losses }) {
        const compute = () => unit.forward(z).weights;
        const weights = reachTrunk ? compute() : constant(compute);
        return { total: weightedSum(losses, weights), weights };
      },
      update({ z, losses, present, live }) {
        const pass = unit.forward(z);
        const inverse = inverseLosses(
          { losses, present },
          {
            firstTask: unit.firstTask,
            sigma: liveScalar(live, 'sigma'),
            scale: 1 / z.shape[0],
          },
        );
        const gradient = unit.backward(pass, l3Gradient(pass, inverse, formula));
        unit.move(gradient, live);
      },
      live: rates => ({ ...unit.live(rates), sigma: numberOption(config, 'unit.sigma') }),
      state: () => [],
      restore() {},
      shortest: unit.shortest,
      warn: unit.warn,
      dispose: unit.dispose,
    };
  },
};
