/** @file What static, equal and single-task weighting share: weights that nothing moves. */
import * as tf from '../tf/tf';
import type { Weighting } from './weighting';

/** @param values one weight a task. */
export function fixedWeights(values: readonly number[]): Weighting {
  const fixed = tf.keep(tf.tensor1d([...values]));
  return {
    variables: [],
    trainedByTotal: [],
    // The caller owns what it gets: it may dispose of the clone, and `fixed` stays.
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
