/**
 * @file The dynamic-weight unit (METHOD 3): one softmax layer on the trunk's features, Ψ = (ψ, b), trained by plain
 * gradient steps of its own. Momentum or Adam would saturate it and keep it there.
 *
 *   f = ψ·Z + b      w = mean over the batch of softmax(f)
 */
import * as tf from '@tensorflow/tfjs';
import { AppError } from '../protocol/link';
import { hash, uniform } from '../random';
import { choiceOption, flagOption, numberOption } from './options';
import { type Live, liveScalar, type Rates, type WeightingContext } from './weighting';

/** Keeps 0 / 0 away where features or logits vanish; squared lengths in use are far above it. */
const tinySquare = 1e-12;
/** A weight is called pinned when it stays above `pinnedAbove` for `pinnedFor` looks in a row. */
const pinnedAbove = 0.99;
/** Squared length below which ε of the normalisation, not the row, decides. */
const vanished = 1e-8;
const pinnedFor = 20;

/** What one forward pass computed. `rows` is the number of tasks that share the weight. */
export interface UnitPass {
  /** Z as ψ sees it, `[batch, zSize]`. */
  input: tf.Tensor2D;
  /** f before any normalisation, `[batch, rows]`. */
  logits: tf.Tensor2D;
  /** Softmax of each sample, `[batch, rows]`. */
  shares: tf.Tensor2D;
  /** Their mean, with a 0 for each task that has no row: `[tasks]`, sums to 1. */
  weights: tf.Tensor1D;
}

export interface UnitGradient {
  psi: tf.Tensor2D;
  b: tf.Tensor1D;
}

export interface DynamicWeightUnit {
  /** ψ `[rows, zSize]`. */
  readonly psi: tf.Variable<tf.Rank.R2>;
  /** b `[rows]`. */
  readonly b: tf.Variable<tf.Rank.R1>;
  /** Both, named as in a checkpoint. */
  readonly variables: readonly { name: string; variable: tf.Variable }[];
  /** The first task that has a row: 1 in the toy example, else 0. */
  readonly firstTask: number;
  forward(z: tf.Tensor2D): UnitPass;
  /** From d loss / d (logits as the softmax sees them) `[batch, rows]` to d loss / d Ψ. */
  backward(pass: UnitPass, gradient: tf.Tensor2D): UnitGradient;
  /** `longestStep`: the rate, which is the network's times `unit.lrScale`; where steps are clipped, times the clip norm. */
  live(rates: Rates): { longestStep: number };
  /** One clipped gradient step. */
  move(gradient: UnitGradient, live: Live<tf.Scalar>): void;
  /** See `Weighting.shortest`. */
  shortest(z: tf.Tensor2D): tf.Scalar;
  /** See `Weighting.warn`. */
  warn(weights: readonly number[], shortest: number): string | null;
  dispose(): void;
}

/** 1 / length of each row of `[batch, n]`: `[batch, 1]`. */
function inverseLength(rows: tf.Tensor2D): tf.Tensor2D {
  return tf.rsqrt(tf.add(tf.sum(tf.square(rows), 1, true), tinySquare));
}

function squaredLength({ psi, b }: UnitGradient): tf.Scalar {
  return tf.add(tf.sum<tf.Scalar>(tf.square(psi)), tf.sum<tf.Scalar>(tf.square(b)));
}

function initialPsi(rows: number, zSize: number, seed: number, init: 'zero' | 'xavier'): tf.Tensor2D {
  if (init === 'zero') return tf.zeros([rows, zSize]);
  const limit = Math.sqrt(6 / (rows + zSize));
  const key = hash(seed, 'unit/psi');
  const values = Float32Array.from({ length: rows * zSize }, (_, i) => limit * (2 * uniform(key, i) - 1));
  return tf.tensor2d(values, [rows, zSize]);
}

/**
 * @throws AppError `unit/zero-normalised` for a zero start with normalised logits,
 * `unit/only` when no task is left to share the weight.
 */
export function createUnit({ tasks, zSize, seed, config }: WeightingContext): DynamicWeightUnit {
  const normaliseZ = flagOption(config, 'unit.normaliseZ');
  const normaliseLogits = flagOption(config, 'unit.normaliseLogits');
  const logitScale = numberOption(config, 'unit.logitScale');
  const rescale = normaliseLogits && flagOption(config, 'unit.rescale');
  const clipNorm = numberOption(config, 'unit.clipNorm');
  const weightDecay = numberOption(config, 'weightDecay');
  const init = choiceOption(config, 'unit.init', ['zero', 'xavier']);
  const firstTask = choiceOption(config, 'unit.only', ['all', 'identification']) === 'all' ? 0 : 1;
  const rows = tasks.length - firstTask;
  if (init === 'zero' && normaliseLogits)
    throw new AppError(
      'unit/zero-normalised',
      'Normalised logits cannot start at zero (0 / 0). Choose the Xavier start, or switch "Normalise logits" off.',
    );
  if (rows < 1)
    throw new AppError(
      'unit/only',
      `"unit.only" = identification leaves out the first task, but there are ${tasks.length}. Choose "all".`,
    );

  const psi = tf.tidy(() => tf.variable(initialPsi(rows, zSize, seed, init)));
  const b = tf.tidy(() => tf.variable(tf.zeros<tf.Rank.R1>([rows])));
  let pinnedLooks = 0;

  const forward = (z: tf.Tensor2D): UnitPass => {
    const input = normaliseZ ? tf.mul<tf.Tensor2D>(z, inverseLength(z)) : z;
    const logits = tf.fused.matMul({ a: input, b: psi, transposeB: true, bias: b }) as tf.Tensor2D;
    const seen = normaliseLogits
      ? tf.mul<tf.Tensor2D>(logits, tf.mul(inverseLength(logits), logitScale))
      : logits;
    const shares = tf.softmax(seen);
    const mean = tf.mean<tf.Tensor1D>(shares, 0);
    return { input, logits, shares, weights: firstTask > 0 ? mean.pad([[firstTask, 0]]) : mean };
  };

  return {
    psi,
    b,
    firstTask,
    variables: [
      { name: 'unit/psi', variable: psi },
      { name: 'unit/b', variable: b },
    ],

    forward,

    backward({ input, logits }, gradient) {
      let toLogits = gradient;
      if (normaliseLogits) {
        // d(s·f/‖f‖) = s/‖f‖ · (1 − f̂ f̂ᵀ) df: orthogonal to f.
        const inverse = inverseLength(logits);
        const unit = tf.mul<tf.Tensor2D>(logits, inverse);
        const along = tf.sum(tf.mul(unit, gradient), 1, true);
        toLogits = tf.mul(tf.sub(gradient, tf.mul(unit, along)), tf.mul(inverse, logitScale));
      }
      return { psi: tf.matMul(toLogits, input, true), b: tf.sum(toLogits, 0) };
    },

    live({ learningRate, initialLearningRate }) {
      const network = flagOption(config, 'unit.lrFollowsSchedule') ? learningRate : initialLearningRate;
      const rate = network * numberOption(config, 'unit.lrScale');
      return { longestStep: clipNorm > 0 ? rate * clipNorm : rate };
    },

    move(gradient, live) {
      // Kernels decay, biases do not (METHOD section 2).
      const decayed = { psi: tf.add<tf.Tensor2D>(gradient.psi, tf.mul(psi, weightDecay)), b: gradient.b };
      const longest = liveScalar(live, 'longestStep');
      const step: tf.Scalar =
        clipNorm > 0 ? tf.div(longest, tf.maximum(tf.sqrt(squaredLength(decayed)), clipNorm)) : longest;
      let nextPsi = tf.sub<tf.Tensor2D>(psi, tf.mul(decayed.psi, step));
      let nextB = tf.sub<tf.Tensor1D>(b, tf.mul(decayed.b, step));
      if (rescale) {
        const inverse = tf.rsqrt(tf.add(squaredLength({ psi: nextPsi, b: nextB }), tinySquare));
        nextPsi = tf.mul(nextPsi, inverse);
        nextB = tf.mul(nextB, inverse);
      }
      psi.assign(nextPsi);
      b.assign(nextB);
    },

    shortest(z) {
      const lengths = (rows: tf.Tensor2D) => tf.min<tf.Scalar>(tf.sum(tf.square(rows), 1));
      if (normaliseLogits) return lengths(forward(z).logits);
      return normaliseZ ? lengths(z) : tf.scalar(1);
    },

    warn(weights, shortest) {
      if (shortest < vanished)
        return normaliseLogits
          ? 'The unit’s logits have vanished, and dividing by their length means nothing. Switch “Normalise logits” off or start from another seed.'
          : 'The features that the unit sees have vanished for a sample, and dividing by their length means nothing. Switch “Normalise Z” off or start from another seed.';
      const shared = weights.slice(firstTask);
      if (shared.length < 2) return null;
      const top = shared.indexOf(Math.max(...shared));
      pinnedLooks = (shared[top] ?? 0) > pinnedAbove ? pinnedLooks + 1 : 0;
      if (pinnedLooks < pinnedFor) return null;
      const task = tasks[firstTask + top]?.label ?? `task ${firstTask + top + 1}`;
      return `The weight of “${task}” stays above ${pinnedAbove}: the unit is saturated and the other tasks starve.`;
    },

    dispose() {
      psi.dispose();
      b.dispose();
    },
  };
}
