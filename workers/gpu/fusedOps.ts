/**
 * @file The fused kernels as differentiable tfjs ops. They run only where the current backend has registered them; what
 * each computes is said at its composed twin in `nets/ops.ts` or `train/`.
 */
import * as tf from '@tensorflow/tfjs';
import { FUSED, runFused } from './fusedNames';
import type { UpdateRule } from './kernels/optimizer/updateParameters';

type Save = (tensors: tf.Tensor[]) => void;

/** Moving statistics that a batch norm updates in place. */
export interface MovingMoments {
  mean: tf.Variable;
  variance: tf.Variable;
  decay: number;
}

/** ReLU(batch norm(y) + β) in training; saves y and the moments, not z. */
export function fusedBatchNormRelu(
  y: tf.Tensor4D,
  beta: tf.Tensor1D,
  epsilon: number,
  moving: MovingMoments | null,
): tf.Tensor4D {
  const op = tf.customGrad((...inputs) => {
    const [y, beta, save] = inputs as [tf.Tensor4D, tf.Tensor1D, Save];
    const [value, mean, variance] = runFused(
      FUSED.batchNormRelu,
      { y, beta, ...(moving ? { movingMean: moving.mean, movingVariance: moving.variance } : {}) },
      { epsilon, ...(moving ? { decay: moving.decay } : {}) },
    ) as [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D];
    save([y, beta, mean, variance]);
    const gradFunc = (dz: tf.Tensor, saved: tf.Tensor[]) => {
      const [y, beta, mean, variance] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
      return runFused(FUSED.batchNormReluGradient, { dz, y, beta, mean, variance }, { epsilon });
    };
    return { value, gradFunc };
  });
  return op(y, beta) as tf.Tensor4D;
}

/** ReLU(batch norm(x ∗ kernel) + β) by given moments; no gradient. */
export function fusedConvBatchNormRelu(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  norm: { beta: tf.Tensor1D; mean: tf.Tensor1D; variance: tf.Tensor1D },
  attrs: { epsilon: number; stride: number; padding: 'same' | 'valid' },
): tf.Tensor4D {
  const [z] = runFused(FUSED.convBatchNormRelu, { x, filter, ...norm }, attrs);
  return z as tf.Tensor4D;
}

/** act(x + scale · (mixed ∗ kernel + bias)). */
export function fusedResidualTail(
  x: tf.Tensor4D,
  mixed: tf.Tensor4D,
  kernel: tf.Tensor4D,
  bias: tf.Tensor1D,
  scale: number,
  relu: boolean,
): tf.Tensor4D {
  const op = tf.customGrad((...inputs) => {
    const [x, mixed, kernel, bias, save] = inputs as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, Save];
    const [value] = runFused(FUSED.residualTail, { x, mixed, kernel, bias }, { scale, relu }) as [tf.Tensor];
    save(relu ? [mixed, kernel, value] : [mixed, kernel]);
    const gradFunc = (dz: tf.Tensor, saved: tf.Tensor[]) => {
      const [mixed, kernel, z] = saved as [tf.Tensor, tf.Tensor, tf.Tensor?];
      return runFused(FUSED.residualTailGradient, { dz, mixed, kernel, ...(z ? { z } : {}) }, { scale });
    };
    return { value, gradFunc };
  });
  return op(x, mixed, kernel, bias) as tf.Tensor4D;
}

/** 3×3 maximum, stride 2. */
export function fusedMaxPool(x: tf.Tensor4D, padding: 'same' | 'valid'): tf.Tensor4D {
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

/** `[batch, height, width, channels]` → `[batch, channels]`. */
export function fusedGlobalAverage(x: tf.Tensor4D): tf.Tensor2D {
  const inputShape = x.shape;
  const op = tf.customGrad((...inputs) => {
    const [value] = runFused(FUSED.globalAverage, { x: inputs[0] as tf.Tensor }) as [tf.Tensor];
    const gradFunc = (dy: tf.Tensor) => runFused(FUSED.globalAverageGradient, { dy }, { inputShape });
    return { value, gradFunc };
  });
  return op(x) as tf.Tensor2D;
}

/** Mean cross-entropy over the rows whose label is not −1, which are counted on the device. */
export function fusedCrossEntropy(
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

/** x / √(‖x‖² + ε), row by row. */
export function fusedNormaliseRows(x: tf.Tensor2D, epsilon: number): tf.Tensor2D {
  const op = tf.customGrad((...inputs) => {
    const [x, save] = inputs as [tf.Tensor2D, Save];
    const [value, inverse] = runFused(FUSED.normaliseRows, { x }, { epsilon }) as [tf.Tensor2D, tf.Tensor1D];
    save([value, inverse]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [y, inverse] = saved as [tf.Tensor2D, tf.Tensor1D];
      return runFused(FUSED.normaliseRowsGradient, { dy, y, inverse }, { epsilon });
    };
    return { value, gradFunc };
  });
  return op(x) as tf.Tensor2D;
}

/** Bytes (`packBytes`) as the network's input, mirrored where `mirrorDraw`'s words say so; both int32. No gradient. */
export function fusedStandardise(
  shape: [number, number, number, number],
  words: tf.Tensor1D,
  mirror: tf.Tensor1D,
): tf.Tensor4D {
  const [images] = runFused(FUSED.standardise, { words, mirror }, { shape });
  return images as tf.Tensor4D;
}

/** base + scale · center loss of the rows whose label is not −1; base and x get a gradient. */
export function fusedCenterLoss(
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

/** Moves the centers of the labels' classes in place, each by one thread. */
export function fusedMoveCenters(
  centers: tf.Tensor2D,
  x: tf.Tensor2D,
  labels: tf.Tensor1D,
  rate: number,
): void {
  runFused(FUSED.moveCenters, { centers, x, labels }, { rate });
}

/** Inverted dropout by `dropoutDraw`'s words (int32), the same draws on every backend. */
export function fusedDropout(x: tf.Tensor2D, words: tf.Tensor1D): tf.Tensor2D {
  const op = tf.customGrad((...inputs) => {
    const [x, save] = inputs as [tf.Tensor2D, Save];
    save([words]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) =>
      runFused(FUSED.dropout, { x: dy, words: saved[0] as tf.Tensor });
    return { value: runFused(FUSED.dropout, { x, words })[0] as tf.Tensor2D, gradFunc };
  });
  return op(x) as tf.Tensor2D;
}

/** Hyper-parameters of an update in place, as `kernels/updateParameters.ts` reads them. */
export interface StepHyper {
  /** A scalar where a recorded step must not freeze it. */
  learningRate: number | tf.Scalar;
  momentum: number;
  rmsDecay: number;
  epsilon: number;
  clipNorm: number;
}

/**
 * One optimizer step that overwrites parameters and slots. `slots`: flat vectors over all parameters, momentum first;
 * `decays`: λ of each parameter; `corrections` `[2]`: Adam's, moved too. Tensors that share a parameter's data (a clone, a reshape) change with it.
 * @returns the gradient's global norm, decay included, before the clip; the caller's.
 */
export function fusedOptimizerStep(
  rule: UpdateRule,
  parameters: readonly tf.Tensor[],
  gradients: readonly tf.Tensor[],
  decays: readonly number[],
  slots: readonly tf.Tensor[],
  corrections: tf.Tensor1D | null,
  { learningRate, momentum, rmsDecay, epsilon, clipNorm }: StepHyper,
): tf.Scalar {
  const named = (name: string, tensors: readonly tf.Tensor[]) =>
    tensors.map((tensor, i) => [`${name}${i}`, tensor] as const);
  return tf.tidy(() => {
    const rest = [momentum, rmsDecay, epsilon, clipNorm];
    const hyper =
      typeof learningRate === 'number'
        ? tf.tensor1d([learningRate, ...rest])
        : tf.concat1d([tf.reshape(learningRate, [1]), tf.tensor1d(rest)]);
    const inputs = Object.fromEntries([
      ...named('parameter', parameters),
      ...named('gradient', gradients),
      ...named('slot', slots),
      ['hyper', hyper] as const,
      ...(corrections ? [['corrections', corrections] as const] : []),
    ]);
    const [norm] = runFused(FUSED.optimizerStep, inputs, { rule, decays: [...decays] });
    return norm as tf.Scalar;
  });
}
