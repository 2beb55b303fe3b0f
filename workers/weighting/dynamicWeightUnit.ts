/**
 * @file The dynamic-weight unit (METHOD 3): one softmax layer on the trunk's features, Ψ = (ψ, b). It is trained by plain
 * gradient steps of its own; `ops/unit/unit.ts` says what they are. Momentum or Adam would saturate it and keep it there.
 */
import { l2Normalize } from '../ops/l2Normalize';
import type { UnitGradient } from '../ops/unit/unit';
import { unitForward } from '../ops/unit/unitForward';
import { type L3, l3Gradient } from '../ops/unit/unitL3Gradient';
import { moveUnit } from '../ops/unit/unitMove';
import { type Column, runColumn, taskColumns } from '../protocol/columns';
import { AppError } from '../protocol/errors';
import { hash, uniform } from '../random';
import * as tf from '../tf/tf';
import { unitOption } from './unitOptions';
import {
  liveScalar,
  type Rates,
  type Report,
  type StepLosses,
  type Weighed,
  type Weighting,
  type WeightingContext,
} from './weighting';

/** A weight is called pinned when it stays above `pinnedAbove` for `pinnedFor` looks in a row. */
const pinnedAbove = 0.99;
/** Squared length below which ε of the normalisation, not the row, decides. */
const vanished = 1e-8;
const pinnedFor = 20;

export interface DynamicWeightUnit {
  /** ψ `[rows, zSize]`. */
  readonly psi: tf.Variable<tf.Rank.R2>;
  /** b `[rows]`. */
  readonly b: tf.Variable<tf.Rank.R1>;
  /** ψ and b under the names that a checkpoint gives them. */
  readonly variables: readonly { name: string; variable: tf.Variable }[];
  /** The first task that has a row: 1 in the toy example, else 0. */
  readonly firstTask: number;
  /** What its strategies report besides the weights. */
  readonly columns: readonly Column[];
  /** The weights of one step, and what `l3Gradient` wants of it. */
  weigh(step: Pick<StepLosses, 'z' | 'present'>): Weighed;
  /** ∂L3/∂Ψ from what `weigh` kept; `losses` of all tasks. */
  l3Gradient(kept: readonly tf.Tensor[], z: tf.Tensor2D, l3: L3): UnitGradient;
  /** `longestStep` is the rate, the network's times `unit.lrScale`; where steps are clipped, it is that times the clip norm. */
  live(rates: Rates): { longestStep: number };
  /** One clipped gradient step. @returns what it reports of it. */
  move(gradient: UnitGradient, step: Pick<StepLosses, 'live' | 'present'>): Report | undefined;
  /** See `Weighting.warn`. */
  warn: Weighting['warn'];
  dispose(): void;
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
export function createUnit({ tasks, zSize, seed, weightDecay, config }: WeightingContext): DynamicWeightUnit {
  const normaliseZ = unitOption(config, 'unit.normaliseZ');
  const normaliseLogits = unitOption(config, 'unit.normaliseLogits');
  const logitScale = unitOption(config, 'unit.logitScale');
  const rescale = normaliseLogits && unitOption(config, 'unit.rescale');
  const clipNorm = unitOption(config, 'unit.clipNorm');
  const init = unitOption(config, 'unit.init');
  const firstTask = unitOption(config, 'unit.only') === 'all' ? 0 : 1;
  const reports = unitOption(config, 'unit.report');
  const rows = tasks.length - firstTask;
  const settings = { normaliseZ, normaliseLogits, logitScale, firstTask };
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
  /** Mean of exp(f) over the batch, f as it is before the logits are normalised: `[rows]`. */
  const exponentials = (z: tf.Tensor2D): tf.Tensor1D => {
    const logits = tf.add(tf.matMul(normaliseZ ? l2Normalize(z) : z, psi, false, true), b);
    return tf.mean<tf.Tensor1D>(tf.exp(logits), 0);
  };
  const lengthOf = (gradient: UnitGradient) =>
    tf.sqrt<tf.Scalar>(tf.add(tf.sum(tf.square(gradient.psi)), tf.sum(tf.square(gradient.b))));

  return {
    psi,
    b,
    firstTask,
    variables: [
      { name: 'unit/psi', variable: psi },
      { name: 'unit/b', variable: b },
    ],

    columns: [
      runColumn(
        'shortestSquare',
        'Squared length of the shortest row that the weight unit divided by its length',
      ),
      ...(reports
        ? [
            ...taskColumns('unitExponential', 'a = exp(f)', tasks.slice(firstTask)),
            runColumn('unitGradientNorm', 'Norm of Ψ’s gradient, before decay and clip'),
          ]
        : []),
    ],
    weigh({ z, present }) {
      const { weights, shortest, kept } = unitForward(z, psi, b, present, settings);
      const report = { shortestSquare: shortest, ...(reports ? { unitExponential: exponentials(z) } : {}) };
      return { weights, report, kept };
    },
    l3Gradient: (kept, z, { losses, ...l3 }) =>
      l3Gradient(kept, z, { ...l3, losses: losses.slice(firstTask) }, settings),

    live({ learningRate, initialLearningRate }) {
      const network = unitOption(config, 'unit.lrFollowsSchedule') ? learningRate : initialLearningRate;
      const rate = network * unitOption(config, 'unit.lrScale');
      return { longestStep: clipNorm > 0 ? rate * clipNorm : rate };
    },

    move(gradient, { live, present }) {
      const how = { weightDecay, clipNorm, rescale, firstTask };
      const report = reports ? { unitGradientNorm: lengthOf(gradient) } : undefined;
      moveUnit({ psi, b }, gradient, liveScalar(live, 'longestStep'), present, how);
      return report;
    },

    warn(numbers) {
      const [shortest = 1] = numbers('shortestSquare');
      if (shortest < vanished)
        return normaliseLogits
          ? 'The unit’s logits have vanished, and dividing by their length means nothing. Switch “Normalise logits” off or start from another seed.'
          : 'The features that the unit sees have vanished for a sample, and dividing by their length means nothing. Switch “Normalise Z” off or start from another seed.';
      const shared = numbers('weight').slice(firstTask);
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
