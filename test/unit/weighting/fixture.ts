/** @file A miniature of the training step: a linear trunk and one quadratic loss a task, enough to drive any strategy. */
import * as tf from '@tensorflow/tfjs';
import type { OptionSpecs, OptionValue } from '../../../workers/protocol/options';
import type { RunConfig } from '../../../workers/protocol/runs';
import type { TaskDescription } from '../../../workers/protocol/systems';
import { stream } from '../../../workers/random';
import { dynamic } from '../../../workers/weighting/dynamic';
import type {
  Combined,
  Live,
  StepLosses,
  Weighting,
  WeightingContext,
} from '../../../workers/weighting/weighting';
import { WEIGHTINGS } from '../../../workers/weighting/weightings';

const batch = 6;
export const zSize = 5;

/** Every strategy's defaults, with some replaced. */
export function configOf(changes: Record<string, OptionValue> = {}): RunConfig {
  const config: RunConfig = { system: 'expression', preset: 'tiny', weightDecay: 0 };
  for (const { options } of Object.values<{ options: OptionSpecs }>(WEIGHTINGS))
    for (const [key, spec] of Object.entries(options)) config[key] = spec.default;
  return Object.assign(config, changes);
}

export function contextOf(tasks: number, changes: Record<string, OptionValue> = {}): WeightingContext {
  const names: TaskDescription[] = Array.from({ length: tasks }, (_, i) => ({
    id: `t${i}`,
    label: `Task ${i + 1}`,
  }));
  return { tasks: names, zSize, seed: 7, config: configOf(changes) };
}

export function normals(shape: [number, number], ...words: (number | string)[]): tf.Tensor2D {
  const { normal } = stream(...words);
  return tf.tensor2d(
    Array.from({ length: shape[0] * shape[1] }, () => normal()),
    shape,
  );
}

/** Which of the tasks a batch holds, as the step says it. */
export const presence = (present: readonly boolean[]): tf.Tensor1D => tf.tensor1d(present.map(Number));

/** What a strategy asked for, as the step brings it. */
export function liveOf(weighting: Weighting, learningRate: number, initial = learningRate): Live<tf.Scalar> {
  const live = weighting.live({ step: 0, learningRate, initialLearningRate: initial });
  return Object.fromEntries(Object.entries(live).map(([name, value]) => [name, tf.scalar(value)]));
}

/** Runs the proposed or any other update on given losses and Z, without a network behind them. */
export function updateOnce(weighting: Weighting, z: tf.Tensor2D, losses: readonly number[]): void {
  tf.tidy(() => {
    const step = { losses: losses.map(l => tf.scalar(l)), present: tf.ones<tf.Rank.R1>([losses.length]), z };
    weighting.update({
      ...step,
      kept: weighting.combine(step).kept,
      gradients: weighting.trainedByTotal.map(v => tf.zerosLike(v)),
      live: liveOf(weighting, 0.1),
    });
  });
}

/** One plain step of rate 1: Ψ before minus Ψ after is the gradient itself. */
export const plain = { 'unit.clipNorm': 0, 'unit.rescale': false, 'unit.lrScale': 10 } as const; // 10 × 0.1 = 1

/** One such step of the proposed strategy on given losses and Z. */
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

export function weightsOf(weighting: Weighting, z: tf.Tensor2D, tasks: number): number[] {
  return tf.tidy(() => {
    const losses = Array.from({ length: tasks }, () => tf.scalar(1));
    const { weights } = weighting.combine({ losses, present: tf.ones([tasks]), z });
    return Array.from(weights.dataSync());
  });
}

export interface Miniature {
  trunk: tf.Variable<tf.Rank.R2>;
  /** One step as the trainer does it: combine under the tape, update after. The caller disposes of the weights. */
  stepOnDevice(index: number, present?: readonly boolean[]): tf.Tensor1D;
  /** The same, with the weights read back at once (not on WebGPU). */
  step(index: number, present?: readonly boolean[]): number[];
  dispose(): void;
}

export function miniature(weighting: Weighting, tasks: number): Miniature {
  const trunk = tf.tidy(() => tf.variable(normals([4, zSize], 'trunk')));
  const rate = 0.02;
  const all = Array.from({ length: tasks }, () => true);
  const stepOnDevice: Miniature['stepOnDevice'] = (index, present = all) =>
    tf.tidy(() => {
      const x = normals([batch, 4], 'x', index);
      let seen: (StepLosses & Combined) | null = null;
      const forward = () => {
        const z = tf.relu(tf.matMul(x, trunk)) as tf.Tensor2D;
        const losses = present.map((shown, task) =>
          shown
            ? tf.mul<tf.Scalar>(task + 1, tf.mean(tf.squaredDifference(z.slice([0, task], [batch, 1]), task)))
            : tf.scalar(0),
        );
        const step = { losses, present: presence(present), z };
        const combined = weighting.combine(step);
        const { weights, shortest, kept } = combined;
        for (const tensor of [...losses, step.present, z, weights, shortest, ...kept]) tf.keep(tensor);
        seen = { ...step, ...combined };
        return combined.total;
      };
      const { grads } = tf.variableGrads(forward, [trunk, ...weighting.trainedByTotal]);
      const step = seen as (StepLosses & Combined) | null;
      if (!step) throw new Error('the forward pass did not run');
      const gradientOf = (v: tf.Variable) => grads[v.name] ?? tf.zerosLike(v);
      weighting.update({
        ...step,
        gradients: weighting.trainedByTotal.map(gradientOf),
        live: liveOf(weighting, rate),
      });
      trunk.assign(tf.sub<tf.Tensor2D>(trunk, tf.mul(gradientOf(trunk), rate)));
      tf.dispose([...step.losses, step.present, step.z, step.shortest, ...step.kept]);
      return step.weights;
    });
  return {
    trunk,
    stepOnDevice,
    step(index, present) {
      const weights = stepOnDevice(index, present);
      const values = Array.from(weights.dataSync());
      weights.dispose();
      return values;
    },
    dispose: () => trunk.dispose(),
  };
}
