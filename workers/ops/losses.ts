/**
 * @file The task losses of METHOD's section 2 (eq. 2–4), as batch means over the labelled samples. A label of −1 is
 * masked out, never guessed. Custom gradients, because every tfjs op is one GPU dispatch; on WebGPU fused kernels.
 */
import * as tf from '@tensorflow/tfjs';
import { byBackend, FUSED } from '../gpu/fusedNames';
import { fusedCenterLoss, fusedCrossEntropy, fusedNormaliseRows } from '../gpu/fusedOps';
import type { Save } from './ops';

/** Labelled samples of a batch: a number, or a scalar tensor where a recorded step must not freeze it (at least 1 then). */
export type Count = number | tf.Scalar;

const divisor = (count: Count): tf.Scalar =>
  typeof count === 'number' ? tf.scalar(Math.max(count, 1)) : count;

/** 1 for a labelled sample, 0 for a masked one: `[batch, 1]`. */
const labelled = (labels: tf.Tensor1D) =>
  tf.reshape<tf.Rank.R2>(tf.cast(tf.greaterEqual(labels, 0), 'float32'), [-1, 1]);

function composedCrossEntropy(
  logits: tf.Tensor2D,
  labels: tf.Tensor1D,
  count: Count,
  onAccuracy: (accuracy: tf.Scalar) => void = () => undefined,
): tf.Scalar {
  const op = tf.customGrad((...inputs) => {
    const [logits, save] = inputs as [tf.Tensor2D, Save];
    const shifted = tf.sub(logits, tf.max(logits, 1, true));
    const logProbabilities = tf.sub(shifted, tf.log(tf.sum(tf.exp(shifted), 1, true)));
    // A masked label is outside 0 … classes − 1: its row is all 0.
    const targets = tf.cast(tf.oneHot(labels, logits.shape[1]), 'float32');
    const samples = divisor(count);
    const value = tf.neg<tf.Scalar>(tf.div(tf.sum(tf.mul(targets, logProbabilities)), samples));
    onAccuracy(batchAccuracy(logits, labels, count));
    save([logProbabilities, targets, labels, samples]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [logProbabilities, targets, labels, samples] = saved as [
        tf.Tensor2D,
        tf.Tensor2D,
        tf.Tensor1D,
        tf.Scalar,
      ];
      const excess = tf.sub(tf.mul(tf.exp(logProbabilities), labelled(labels)), targets);
      return tf.mul(excess, tf.div(dy, samples));
    };
    return { value, gradFunc };
  });
  return op(logits) as tf.Scalar;
}

/**
 * Mean cross-entropy of the softmax over the labelled samples; 0 when there is none.
 * logits `[batch, classes]`; labels `[batch]` int32, −1 = masked; count = how many are not masked.
 * The row's maximum is taken out first, so any finite logits give a finite loss.
 * `onAccuracy` receives `batchAccuracy` inside the op: it must `tf.keep` what it wants to have later, and then owns it.
 */
export const maskedCrossEntropy = byBackend<Parameters<typeof composedCrossEntropy>, tf.Scalar>(
  FUSED.crossEntropy,
  (logits, labels, _count, onAccuracy = () => undefined) => fusedCrossEntropy(logits, labels, onAccuracy),
  composedCrossEntropy,
);

/** Keeps the norm of a zero vector away from 0. A vector as long as 1e-3 is off by 5e-5 of its length, one of 1 by nothing. */
const normEpsilon = 1e-10;

function composedNormaliseRows(x: tf.Tensor2D): tf.Tensor2D {
  const op = tf.customGrad((...inputs) => {
    const [x, save] = inputs as [tf.Tensor2D, Save];
    const inverse = tf.rsqrt(tf.add(tf.sum(tf.square(x), 1, true), normEpsilon));
    const value = tf.mul<tf.Tensor2D>(x, inverse);
    save([value, inverse]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [y, inverse] = saved as [tf.Tensor2D, tf.Tensor2D];
      return tf.mul(tf.sub(dy, tf.mul(y, tf.sum(tf.mul(dy, y), 1, true))), inverse);
    };
    return { value, gradFunc };
  });
  return op(x) as tf.Tensor2D;
}

/**
 * Rows of unit length: x / √(‖x‖² + ε), `[rows, features]`. A zero row gives zeros and a finite gradient,
 * where x / ‖x‖ would give NaN. dx = (dy − y·⟨dy, y⟩) / √(‖x‖² + ε).
 */
export const l2Normalize = byBackend(
  FUSED.normaliseRows,
  x => fusedNormaliseRows(x, normEpsilon),
  composedNormaliseRows,
);

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

type WithCenterLoss = [base: tf.Scalar, scale: tf.Scalar, ...Parameters<typeof centerLoss>];

/** `base` + `scale` · `centerLoss`, where only the embeddings and `base` get a gradient (eq. 2–4). */
export const withCenterLoss = byBackend<WithCenterLoss, tf.Scalar>(
  FUSED.centerLoss,
  (base, scale, embeddings, labels, centers) => fusedCenterLoss(base, scale, embeddings, labels, centers),
  (base, scale, ...rest) => tf.add(base, tf.mul(centerLoss(...rest), scale)),
);

/** Share of the labelled samples whose largest logit is their label's, 0–1; 0 when there is none. No gradient. */
export function batchAccuracy(logits: tf.Tensor2D, labels: tf.Tensor1D, count: Count): tf.Scalar {
  return tf.tidy(() => {
    const right = tf.cast(tf.equal(tf.cast(tf.argMax(logits, 1), 'int32'), labels), 'float32');
    return tf.div<tf.Scalar>(tf.sum(right), divisor(count));
  });
}
