/** @file Cross-entropy of the softmax (eq. 3) and the accuracy of a batch, over its labelled samples. */
import { FUSED, runFused } from '../gpu/fusedNames';
import * as tf from '../tf/tf';
import { byBackend } from './byBackend';
import { type Count, divisor, labelled } from './labelled';
import type { Save } from './tape';

/** Share of the labelled samples whose largest logit is their label's, 0–1; 0 when there is none. No gradient. */
export function batchAccuracy(logits: tf.Tensor2D, labels: tf.Tensor1D, count: Count): tf.Scalar {
  return tf.tidy(() => {
    const right = tf.cast(tf.equal(tf.cast(tf.argMax(logits, 1), 'int32'), labels), 'float32');
    return tf.div<tf.Scalar>(tf.sum(right), divisor(count));
  });
}

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

/** This form counts the labelled rows on the device. */
function fusedCrossEntropy(
  logits: tf.Tensor2D,
  labels: tf.Tensor1D,
  onAccuracy: (accuracy: tf.Scalar) => void,
): tf.Scalar {
  const op = tf.customGrad((...inputs) => {
    const [logits, save] = inputs as [tf.Tensor2D, Save];
    const [value, excess, inverse, accuracy] = runFused(FUSED.crossEntropy, { logits, labels }) as [
      tf.Scalar,
      tf.Tensor2D,
      tf.Scalar,
      tf.Scalar,
    ];
    onAccuracy(accuracy);
    save([excess, inverse]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [excess, inverse] = saved as [tf.Tensor2D, tf.Scalar];
      return runFused(FUSED.crossEntropyGradient, { dy, excess, inverse });
    };
    return { value, gradFunc };
  });
  return op(logits) as tf.Scalar;
}

/**
 * Mean cross-entropy of the softmax over the labelled samples; 0 when there is none.
 * logits `[batch, classes]`; labels `[batch]` int32, −1 = masked; count = how many are not masked.
 * The row's maximum is taken out first, so any finite logits give a finite loss.
 * `onAccuracy` receives `batchAccuracy` inside the op; it must `tf.keep` what it wants to have later, and then it owns that.
 */
export const maskedCrossEntropy = byBackend<Parameters<typeof composedCrossEntropy>, tf.Scalar>(
  FUSED.crossEntropy,
  {
    fused: (logits, labels, _count, onAccuracy = () => undefined) =>
      fusedCrossEntropy(logits, labels, onAccuracy),
    composed: composedCrossEntropy,
  },
);
