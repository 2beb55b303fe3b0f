/**
 * @file The proposed strategy (eq. 7): the dynamic-weight unit learns from its own loss
 *
 *   L3 = Σ w_i / (L_i + σ)      L_i constants
 *
 * while Θ learns from Σ w_i·L_i with w constants, both on the same forward pass (eq. 11–12).
 */

import { createUnit } from './dynamicWeightUnit';
import { unitOption, unitOptions } from './unitOptions';
import { liveScalar, type WeightingEntry } from './weighting';

export const dynamic: WeightingEntry = {
  label: 'Dynamic (proposed)',
  cites:
    'Ming et al., Dynamic Multi-Task Learning for Face Recognition with Facial Expression, 2019; Ming et al., Cross-modal Multi-task Learning for Graphic Recognition of Caricature Face, 2021',
  about:
    'A softmax unit on the shared features, trained by its own loss Σ wᵢ / Lᵢ: the task with the larger loss takes the weight, until it is no longer the harder one.',
  options: unitOptions,
  needs: ['losses'],
  normalised: true,
  create(context) {
    const unit = createUnit(context);
    const { config } = context;
    const formula = unitOption(config, 'unit.gradient');
    return {
      variables: unit.variables,
      trainedByTotal: [],
      weightsMove: unitOption(config, 'unit.weightsReachTrunk'),
      columns: unit.columns,
      weigh: unit.weigh,
      update({ z, losses, present, kept, live }) {
        const sigma = liveScalar(live, 'sigma');
        return unit.move(unit.l3Gradient(kept, z, { losses, present, sigma, formula }), { live, present });
      },
      live: rates => ({ ...unit.live(rates), sigma: unitOption(config, 'unit.sigma') }),
      state: () => [],
      restore() {},
      warn: unit.warn,
      dispose: unit.dispose,
    };
  },
};
