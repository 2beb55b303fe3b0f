/** @file Bytes to the network's input, where the backend computes: on the GPU a part of the step, elsewhere in JavaScript. */
import { FUSED, runFused } from '../gpu/fusedNames';
import { standardiseInto } from '../gpu/kernels/map/standardise';
import * as tf from '../tf/tf';
import { byBackend } from './byBackend';

/**
 * Each image minus its mean, over max(σ, 1/√N) (METHOD section 1).
 * @param shape `[images, size, size, 3]`.
 * @param words `packBytes` of the RGB bytes, int32.
 * @param augment `augmentDraw`, int32 `[3]`: which images are turned left to right, and how far they are shifted.
 */
export const standardise = byBackend(FUSED.standardise, {
  fused: (shape: [number, number, number, number], words: tf.Tensor1D, augment: tf.Tensor1D) => {
    const [images] = runFused(FUSED.standardise, { words, augment }, { shape });
    return images as tf.Tensor4D;
  },
  composed: (shape, words, augment) => {
    const [images, size] = shape;
    const out = new Float32Array(tf.util.sizeFromShape(shape));
    // The words are still in memory, because nothing has moved them to a GPU.
    const bytes = new Uint8Array(Int32Array.from(words.dataSync()).buffer);
    standardiseInto({ images, size }, out, bytes, Int32Array.from(augment.dataSync()));
    return tf.tensor4d(out, shape);
  },
});
