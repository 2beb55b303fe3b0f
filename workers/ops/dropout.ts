/** @file Inverted dropout whose mask is a hash, so that every backend draws the same. */
import { FUSED, runFused } from '../gpu/fusedNames';
import { dropoutFactor } from '../gpu/kernels/map/dropout';
import * as tf from '../tf/tf';
import { byBackend } from './byBackend';
import type { Save } from './tape';

function fusedDropout(x: tf.Tensor2D, words: tf.Tensor1D): tf.Tensor2D {
  const op = tf.customGrad((...inputs) => {
    const [x, save] = inputs as [tf.Tensor2D, Save];
    save([words]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) =>
      runFused(FUSED.dropout, { x: dy, words: saved[0] as tf.Tensor });
    return { value: runFused(FUSED.dropout, { x, words })[0] as tf.Tensor2D, gradFunc };
  });
  return op(x) as tf.Tensor2D;
}

/** Drops some of `[batch, features]`, as `dropoutDraw`'s words `[3]` int32 say. */
export const dropout = byBackend(FUSED.dropout, {
  fused: fusedDropout,
  composed: (features, words) => {
    // The words are still in memory, because nothing has moved them to a GPU.
    const own = Int32Array.from(words.dataSync());
    const mask = Float32Array.from({ length: features.size }, (_, i) => dropoutFactor(own, i));
    return tf.mul(features, tf.tensor2d(mask, features.shape));
  },
});
