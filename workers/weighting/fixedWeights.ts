/** @file What static, equal and single-task weighting share: weights that nothing moves. */
import * as tf from '@tensorflow/tfjs';
import type { Weighting } from './weighting';

/** @param values one weight a task. */
export function fixedWeights(values: readonly number[]): Weighting {
  const fixed = tf.keep(tf.tensor1d([...values]));
  return {
    variables: [],
    trainedByTotal: [],
    // A clone: the caller owns what it gets, and disposing of it leaves `fixed` alone.
    weightsMove: false,
    weigh: () => ({ weights: fixed.clone(), kept: [] }),
    update: () => undefined,
    live: () => ({}),
    state: () => [],
    restore() {},
    warn: () => null,
    dispose: () => fixed.dispose(),
  };
}
