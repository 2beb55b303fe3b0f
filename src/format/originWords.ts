/** @file Says in words where the weights of a run come from. */
import type { WeightOrigin } from '../../workers/protocol/runs';
import { count } from './numbers';

/** `Brave otter at step 300, kept.safetensors, weights 1a2b3c4d5e6f7081`. */
export const originWords = ({ runName, step, name, hash }: WeightOrigin): string =>
  [`${runName} at step ${count(step)}`, name, `weights ${hash}`].filter(part => part !== null).join(', ');
