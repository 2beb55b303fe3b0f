/** @file Pooling by the maximum. */
import { FUSED, runFused } from '../gpu/fusedNames';
import * as tf from '../tf/tf';
import { byBackend } from './byBackend';
import type { Padding } from './convBatchNormRelu';
import type { Save } from './tape';

function fusedMaxPool(x: tf.Tensor4D, padding: Padding): tf.Tensor4D {
  const attrs = { size: 3, stride: 2, padding };
  const op = tf.customGrad((...inputs) => {
    const [x, save] = inputs as [tf.Tensor4D, Save];
    const [value, taps] = runFused(FUSED.maxPool, { x }, attrs) as [tf.Tensor4D, tf.Tensor4D];
    save([taps]);
    const inputShape = x.shape;
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) =>
      runFused(FUSED.maxPoolGradient, { dy, taps: saved[0] as tf.Tensor }, { ...attrs, inputShape });
    return { value, gradFunc };
  });
  return op(x) as tf.Tensor4D;
}

/** 3×3 maximum, stride 2. */
export const maxPool = byBackend(FUSED.maxPool, {
  fused: fusedMaxPool,
  composed: (x, padding) => tf.maxPool(x, 3, 2, padding),
});
