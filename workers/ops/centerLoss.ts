/** @file Center loss (Wen et al., 2016; eq. 4), added to another loss (eq. 2). */
import * as tf from '@tensorflow/tfjs';
import { FUSED, runFused } from '../gpu/fusedNames';
import { byBackend } from './byBackend';
import { type Count, divisor, labelled } from './labelled';
import type { Save } from './tape';

/** x − c_y, zero rows where masked: `[batch, features]`. */
export function distanceToCenter(
  embeddings: tf.Tensor2D,
  labels: tf.Tensor1D,
  centers: tf.Tensor2D,
): tf.Tensor2D {
  const own = tf.gather(centers, tf.maximum(labels, tf.scalar(0, 'int32')));
  return tf.mul(tf.sub(embeddings, own), labelled(labels));
}

/**
 * Center loss (Wen et al., 2016; eq. 4): ½‖x − c_y‖², mean over the labelled samples; 0 when there is none.
 * embeddings `[batch, features]` (l2-normalised by the caller); labels `[batch]` int32, −1 = masked;
 * centers `[classes, features]`, constants: no gradient.
 */
export function centerLoss(
  embeddings: tf.Tensor2D,
  labels: tf.Tensor1D,
  centers: tf.Tensor2D,
  count: Count,
): tf.Scalar {
  const op = tf.customGrad((...inputs) => {
    const [embeddings, save] = inputs as [tf.Tensor2D, Save];
    const difference = distanceToCenter(embeddings, labels, centers);
    const samples = divisor(count);
    save([difference, samples]);
    const value = tf.div<tf.Scalar>(tf.mul(tf.sum(tf.square(difference)), 0.5), samples);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [difference, samples] = saved as [tf.Tensor2D, tf.Scalar];
      return tf.mul(difference, tf.div(dy, samples));
    };
    return { value, gradFunc };
  });
  return op(embeddings) as tf.Scalar;
}

function fusedCenterLoss(
  base: tf.Scalar,
  scale: tf.Scalar,
  x: tf.Tensor2D,
  labels: tf.Tensor1D,
  centers: tf.Tensor2D,
): tf.Scalar {
  const op = tf.customGrad((...inputs) => {
    const [base, x, save] = inputs as [tf.Scalar, tf.Tensor2D, Save];
    const [value, differences, inverse] = runFused(FUSED.centerLoss, { x, labels, centers, base, scale }) as [
      tf.Scalar,
      tf.Tensor2D,
      tf.Scalar,
    ];
    save([differences, inverse, scale]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [differences, inverse, scale] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
      return [tf.clone(dy), ...runFused(FUSED.centerLossGradient, { dy, differences, inverse, scale })];
    };
    return { value, gradFunc };
  });
  return op(base, x) as tf.Scalar;
}

type WithCenterLoss = [base: tf.Scalar, scale: tf.Scalar, ...Parameters<typeof centerLoss>];

/** `base` + `scale` · `centerLoss`, where only the embeddings and `base` get a gradient (eq. 2–4). */
export const withCenterLoss = byBackend<WithCenterLoss, tf.Scalar>(FUSED.centerLoss, {
  fused: (base, scale, embeddings, labels, centers) =>
    fusedCenterLoss(base, scale, embeddings, labels, centers),
  composed: (base, scale, ...rest) => tf.add(base, tf.mul(centerLoss(...rest), scale)),
});
