/** @file The precision that a model's maps are kept in, in a training step and at inference alike. */

import { option } from '../config/options';
import { canHalve, withHalves } from '../ops/halfPrecision';
import type { Model } from './model';

/** Whether a model's maps are kept as halves: where that is asked for and the backend's kernels can. */
export const halfApplies = ({ config }: Model): boolean =>
  option(config, 'precision') === 'half' && canHalve();

/** Runs `work`, which must not wait for anything, in the precision that the model's run asks for. */
export function inPrecisionOf<T>(model: Model, work: () => T): T {
  return halfApplies(model) ? withHalves(work) : work();
}
