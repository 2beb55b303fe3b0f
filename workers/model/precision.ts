/** @file The precision in which the feature maps of a model are stored, both in training and in evaluation. */

import { option } from '../config/options';
import { canHalve, withHalves } from '../ops/halfPrecision';
import type { Model } from './model';

/** Whether the feature maps of a model are stored in 16 bits. The run must ask for it, and the backend must support it. */
export const halfApplies = ({ config }: Model): boolean =>
  option(config, 'precision') === 'half' && canHalve();

/** Runs `work` in the precision that the run of the model asks for. `work` must be synchronous. */
export function inPrecisionOf<T>(model: Model, work: () => T): T {
  return halfApplies(model) ? withHalves(work) : work();
}
