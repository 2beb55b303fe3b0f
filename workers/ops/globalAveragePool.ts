/** @file The mean of each channel over a whole map. */
import { FUSED, runFused } from '../gpu/fusedNames';
import * as tf from '../tf/tf';
import { byBackend } from './byBackend';

function fusedGlobalAverage(x: tf.Tensor4D): tf.Tensor2D {
  const inputShape = x.shape;
  const op = tf.customGrad((...inputs) => {
    const [value] = runFused(FUSED.globalAverage, { x: inputs[0] as tf.Tensor }) as [tf.Tensor];
    const gradFunc = (dy: tf.Tensor) => runFused(FUSED.globalAverageGradient, { dy }, { inputShape });
    return { value, gradFunc };
  });
  return op(x) as tf.Tensor2D;
}

/** `[batch, height, width, channels]` → `[batch, channels]`. As a pooling it costs one dispatch each way; as a mean, five. */
export const globalAveragePool = byBackend(FUSED.globalAverage, {
  fused: fusedGlobalAverage,
  composed: x => {
    const [batch, height, width, channels] = x.shape;
    return tf.reshape<tf.Rank.R2>(tf.avgPool(x, [height, width], 1, 'valid'), [batch, channels]);
  },
});
