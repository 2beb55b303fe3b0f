/** @file What static, equal and single-task weighting share: weights that nothing moves. */
import * as tf from '@tensorflow/tfjs';
import { weightedSum } from '../ops/weightedSum';
import type { Weighting } from './weighting';

/** @param values one weight a task; they sum to 1. */
export function fixedWeights(values: readonly number[]): Weighting {
  const fixed = tf.keep(tf.tensor1d([...values]));
  return {
    variables: [],
    trainedByTotal: [],
    // A clone: the caller owns what it gets, and disposing of it leaves `fixed` alone.
    combine: ({ losses }) => ({
      total: weightedSum(losses, fixed, false),
      weights: fixed.clone(),
      shortest: tf.scalar(1),
      kept: [],
    }),
    update() {},
    live: () => ({}),
    state: () => [],
    restore() {},
    warn: () => null,
    dispose: () => fixed.dispose(),
  };
}
