/**
 * @file A small model of the training step: a linear trunk and one quadratic loss for each task. Any strategy can run on
 * it.
 */
import { LastLosses } from '../../../workers/model/lastLosses';
import { weightedSum } from '../../../workers/ops/weightedSum';
import type { OptionSpecs, OptionValue } from '../../../workers/protocol/options';
import type { RunConfig } from '../../../workers/protocol/runs';
import type { TaskDescription } from '../../../workers/protocol/systems';
import { stream } from '../../../workers/random';
import * as tf from '../../../workers/tf/tf';
import { gramOf } from '../../../workers/train/step/forward';
import { dynamic } from '../../../workers/weighting/dynamic';
import type {
  Live,
  Need,
  Rates,
  StepLosses,
  Weighed,
  Weighting,
  WeightingContext,
} from '../../../workers/weighting/weighting';
import { WEIGHTINGS } from '../../../workers/weighting/weightings';

const batch = 6;
export const zSize = 5;

/** The default options of every strategy, with some replaced. */
export function configOf(changes: Record<string, OptionValue> = {}): RunConfig {
  const config: RunConfig = { system: 'expression', preset: 'tiny' };
  for (const { options } of Object.values<{ options: OptionSpecs }>(WEIGHTINGS))
    for (const [key, spec] of Object.entries(options)) config[key] = spec.default;
  return Object.assign(config, changes);
}

export function contextOf(tasks: number, changes: Record<string, OptionValue> = {}): WeightingContext {
  const names: TaskDescription[] = Array.from({ length: tasks }, (_, i) => ({
    id: `t${i}`,
    label: `Task ${i + 1}`,
    embeds: i === 0,
  }));
  const { weightDecay = 0, ...others } = changes;
  return { tasks: names, zSize, seed: 7, weightDecay: Number(weightDecay), config: configOf(others) };
}

export function normals(shape: [number, number], ...words: (number | string)[]): tf.Tensor2D {
  const { normal } = stream(...words);
  return tf.tensor2d(
    Array.from({ length: shape[0] * shape[1] }, () => normal()),
    shape,
  );
}

/** Says which tasks a batch has labels of, in the form that the step uses. */
export const presence = (present: readonly boolean[]): tf.Tensor1D => tf.tensor1d(present.map(Number));

/** The live values of a strategy, in the form in which the step passes them. */
export function liveOf(weighting: Weighting, rates: Partial<Rates> = {}): Live<tf.Tensor> {
  const learningRate = rates.learningRate ?? 0.1;
  const live = weighting.live({
    ...{ step: 0, beginsEpoch: false, learningRate, initialLearningRate: learningRate },
    ...rates,
  });
  return Object.fromEntries(
    Object.entries(live).map(([name, value]) => [
      name,
      typeof value === 'number' ? tf.scalar(value) : tf.tensor([...value.values], [...value.shape]),
    ]),
  );
}

/** Passes given losses and Z as a step does, but without a network. */
export function stepLosses(
  weighting: Weighting,
  z: tf.Tensor2D,
  losses: readonly (number | tf.Scalar)[],
  rates: Partial<Rates> = {},
  present: readonly boolean[] = losses.map(() => true),
): StepLosses {
  return {
    losses: losses.map(loss => (typeof loss === 'number' ? tf.scalar(loss) : loss)),
    present: presence(present),
    z,
    live: liveOf(weighting, rates),
  };
}

/** The total loss, as the step sums it. */
export function totalOf(
  weighting: Weighting,
  losses: readonly tf.Scalar[],
  { weights, extra }: Weighed,
): tf.Scalar {
  const total = weightedSum(losses, weights, weighting.weightsMove);
  return extra ? tf.add<tf.Scalar>(total, extra) : total;
}

/** Runs the proposed or any other update on given losses and Z. */
export function updateOnce(
  weighting: Weighting,
  z: tf.Tensor2D,
  losses: readonly number[],
  rates: Partial<Rates> = {},
  present?: readonly boolean[],
): void {
  tf.tidy(() => {
    const step = stepLosses(weighting, z, losses, rates, present);
    const { kept } = weighting.weigh(step);
    weighting.update({ ...step, kept, gradients: weighting.trainedByTotal.map(v => tf.zerosLike(v)) });
  });
}

/** One plain step of rate 1: Ψ before minus Ψ after is the gradient itself. */
export const plain = { 'unit.clipNorm': 0, 'unit.rescale': false, 'unit.lrScale': 10 } as const; // 10 × 0.1 = 1

/** Does one such step of the proposed strategy on given losses and Z. */
export function stepOf(
  tasks: number,
  options: Record<string, OptionValue>,
  z: tf.Tensor2D,
  losses: number[],
) {
  const weighting = dynamic.create(contextOf(tasks, { ...plain, ...options }));
  const [psi, b] = weighting.variables.map(v => v.variable);
  if (!psi || !b) throw new Error('the unit has two variables');
  const before = { psi: psi.clone() as tf.Tensor2D, b: b.clone() as tf.Tensor1D };
  updateOnce(weighting, z, losses);
  return { weighting, before, psiStep: tf.sub(before.psi, psi), bStep: tf.sub(before.b, b) };
}

export function weightsOf(
  weighting: Weighting,
  z: tf.Tensor2D,
  tasks: number,
  present?: readonly boolean[],
): number[] {
  return tf.tidy(() => {
    const losses = Array.from({ length: tasks }, () => 1);
    const { weights } = weighting.weigh(stepLosses(weighting, z, losses, {}, present));
    return Array.from(weights.dataSync());
  });
}

export interface Miniature {
  trunk: tf.Variable<tf.Rank.R2>;
  /** The losses of the last step, where the strategy needs them. They are part of the run's state, as the trunk is. */
  last: LastLosses | null;
  /** Does one step as the trainer does: weigh and sum under the tape, then update. The caller disposes of the weights. */
  stepOnDevice(index: number, present?: readonly boolean[]): tf.Tensor1D;
  /** Does the same and reads the weights back at once, which WebGPU cannot do. */
  step(index: number, present?: readonly boolean[]): number[];
  dispose(): void;
}

const rate = 0.02;
/** The number of steps in an epoch. */
const epoch = 2;

/** @param needs what the strategy's entry says that it needs. */
export function miniature(weighting: Weighting, tasks: number, needs: readonly Need[] = []): Miniature {
  const trunk = tf.tidy(() => tf.variable(normals([4, zSize], 'trunk')));
  const last = needs.includes('lossesAfterStep') ? new LastLosses(tasks) : null;
  const all = Array.from({ length: tasks }, () => true);
  const features = (x: tf.Tensor2D) => tf.relu(tf.matMul(x, trunk)) as tf.Tensor2D;
  const lossOf = (z: tf.Tensor2D, task: number, shown: boolean) =>
    shown
      ? tf.mul<tf.Scalar>(task + 1, tf.mean(tf.squaredDifference(tf.slice(z, [0, task], [batch, 1]), task)))
      : tf.mul<tf.Scalar>(tf.sum(z), 0);
  const stepOnDevice: Miniature['stepOnDevice'] = (index, present = all) =>
    tf.tidy(() => {
      const x = normals([batch, 4], 'x', index);
      const gradientsAtZ = () =>
        present.map((shown, task) => [tf.grad(z => lossOf(z as tf.Tensor2D, task, shown))(features(x))]);
      const gram = needs.includes('taskGradients') ? { gram: gramOf(gradientsAtZ()) } : {};
      const rates = { step: index, beginsEpoch: index > 0 && index % epoch === 0, learningRate: rate };
      const given = { present: presence(present), live: liveOf(weighting, rates), ...gram };
      let seen: { step: StepLosses; weighed: Weighed } | null = null;
      const forward = () => {
        const z = features(x);
        const losses = present.map((shown, task) => lossOf(z, task, shown));
        const step = { ...given, losses, z, ...(last ? { before: last.before } : {}) };
        const weighed = weighting.weigh(step);
        for (const tensor of [...losses, z, weighed.weights, ...weighed.kept]) tf.keep(tensor);
        for (const tensor of Object.values(weighed.report ?? {})) tf.keep(tensor);
        seen = { step, weighed };
        return totalOf(weighting, losses, weighed);
      };
      const { grads } = tf.variableGrads(forward, [trunk, ...weighting.trainedByTotal]);
      const found = seen as { step: StepLosses; weighed: Weighed } | null;
      if (!found) throw new Error('the forward pass did not run');
      const { step, weighed } = found;
      const gradientOf = (v: tf.Variable) => grads[v.name] ?? tf.zerosLike(v);
      weighting.update({ ...step, kept: weighed.kept, gradients: weighting.trainedByTotal.map(gradientOf) });
      last?.update(step.losses, step.present);
      trunk.assign(tf.sub<tf.Tensor2D>(trunk, tf.mul(gradientOf(trunk), rate)));
      tf.dispose([...step.losses, step.z, ...weighed.kept, ...Object.values(weighed.report ?? {})]);
      return weighed.weights;
    });
  return {
    trunk,
    last,
    stepOnDevice,
    step(index, present) {
      const weights = stepOnDevice(index, present);
      const values = Array.from(weights.dataSync());
      weights.dispose();
      return values;
    },
    dispose() {
      trunk.dispose();
      last?.dispose();
    },
  };
}
