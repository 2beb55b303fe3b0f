/** @file Center loss (Wen et al., 2016; eq. 4), added to another loss (eq. 2). */
import { FUSED, runFused } from '../gpu/fusedNames';
import * as tf from '../tf/tf';
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

/** `squared`: ½‖x − c‖² (Wen et al.); `printed`: ‖x − c‖, as eq. 4 is printed, with gradient 0 at the center itself. */
export type CenterNorm = 'squared' | 'printed';

/** Keeps 0 / 0 away where a sample lies on its center. */
const smallest = 1e-20;

/** Sum over all rows of what each adds to the loss, and its gradient `[batch, features]`. */
function distances(difference: tf.Tensor2D, norm: CenterNorm): { sum: tf.Scalar; slopes: tf.Tensor2D } {
  const squares = tf.square(difference);
  if (norm === 'squared') return { sum: tf.mul<tf.Scalar>(tf.sum(squares), 0.5), slopes: difference };
  const norms = tf.sqrt(tf.sum(squares, 1, true));
  return { sum: tf.sum(norms), slopes: tf.div(difference, tf.maximum(norms, smallest)) };
}

/**
 * Center loss (Wen et al., 2016; eq. 4): ½‖x − c_y‖² or ‖x − c_y‖, mean over the labelled samples; 0 when there is none.
 * embeddings `[batch, features]` (l2-normalised by the caller); labels `[batch]` int32, −1 = masked;
 * centers `[classes, features]`, constants: no gradient.
 */
export function centerLoss(
  embeddings: tf.Tensor2D,
  labels: tf.Tensor1D,
  centers: tf.Tensor2D,
  count: Count,
  norm: CenterNorm = 'squared',
): tf.Scalar {
  const op = tf.customGrad((...inputs) => {
    const [embeddings, save] = inputs as [tf.Tensor2D, Save];
    const { sum, slopes } = distances(distanceToCenter(embeddings, labels, centers), norm);
    const samples = divisor(count);
    save([slopes, samples]);
    const value = tf.div<tf.Scalar>(sum, samples);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [slopes, samples] = saved as [tf.Tensor2D, tf.Scalar];
      return tf.mul(slopes, tf.div(dy, samples));
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
  norm: CenterNorm,
): tf.Scalar {
  const op = tf.customGrad((...inputs) => {
    const [base, x, save] = inputs as [tf.Scalar, tf.Tensor2D, Save];
    const [value, slopes, inverse] = runFused(
      FUSED.centerLoss,
      { x, labels, centers, base, scale },
      { norm },
    ) as [tf.Scalar, tf.Tensor2D, tf.Scalar];
    save([slopes, inverse, scale]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [slopes, inverse, scale] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
      return [tf.clone(dy), ...runFused(FUSED.centerLossGradient, { dy, slopes, inverse, scale })];
    };
    return { value, gradFunc };
  });
  return op(base, x) as tf.Scalar;
}

type WithCenterLoss = [base: tf.Scalar, scale: tf.Scalar, ...Parameters<typeof centerLoss>];

/** `base` + `scale` · `centerLoss`, where only the embeddings and `base` get a gradient (eq. 2–4). */
export const withCenterLoss = byBackend<WithCenterLoss, tf.Scalar>(FUSED.centerLoss, {
  fused: (base, scale, embeddings, labels, centers, _count, norm = 'squared') =>
    fusedCenterLoss(base, scale, embeddings, labels, centers, norm),
  composed: (base, scale, ...rest) => tf.add(base, tf.mul(centerLoss(...rest), scale)),
});
