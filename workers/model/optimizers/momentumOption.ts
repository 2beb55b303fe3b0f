/** @file The option `momentum`, which several optimizers share. */
import type { OptionSpecs } from '../../protocol/options';

export const momentumOption = {
  momentum: { kind: 'number', label: 'Momentum', group: 'Optimizer', default: 0.9, min: 0, max: 0.999 },
} as const satisfies OptionSpecs;
