/** @file Two parameters, two steps of gradients, and what an optimizer makes of them. */
import { expect } from 'vitest';
import {
  type GradientLimits,
  OPTIMIZERS,
  type OptimizerEntry,
  type OptimizerId,
} from '../../../workers/model/optimizers/optimizers';
import type { Parameter } from '../../../workers/nets/network';
import type { OptionValue } from '../../../workers/protocol/options';
import type { RunConfig } from '../../../workers/protocol/runs';
import * as tf from '../../../workers/tf/tf';

/** The kernel is the first 6 of the 8 numbers. It is the only parameter that decays. */
export const kernelSize = 6;
export const start: readonly number[] = [1, -2, 3, -4, 5, -6, 0.5, -0.5];
export const steps: readonly { gradient: readonly number[]; rate: number }[] = [
  { gradient: [3, -1, 0, 2, -2, 1, 4, -4], rate: 0.1 },
  { gradient: [-1, 2, 1, 0, 1, -3, 0.1, 0.2], rate: 0.05 },
];
export const noLimits: GradientLimits = { clipNorm: 0, weightDecay: 0 };

/** The gradients of the two parameters. The caller disposes them. */
export const split = (values: readonly number[]): [tf.Tensor, tf.Tensor] => [
  tf.tensor(values.slice(0, kernelSize), [2, 3]),
  tf.tensor1d(values.slice(kernelSize)),
];

/** The two parameters with these values. The caller disposes them with `disposeParameters`. */
export const newParameters = (values: readonly number[] = start): Parameter[] =>
  tf.tidy(() => {
    const [kernel, bias] = split(values);
    return [
      { name: 'a/kernel', variable: tf.variable(kernel), decays: true },
      { name: 'a/bias', variable: tf.variable(bias), decays: false },
    ];
  });

export function disposeParameters(parameters: readonly Parameter[]): void {
  for (const { variable } of parameters) variable.dispose();
}

export const valuesOf = (parameters: readonly Parameter[]): number[] =>
  parameters.flatMap(({ variable }) => Array.from(variable.dataSync()));

/** A config with the default of each of the optimizer's options, or the value in `values`. */
export function configOf(id: OptimizerId, values: Readonly<Record<string, OptionValue>> = {}): RunConfig {
  const { options }: OptimizerEntry = OPTIMIZERS[id];
  const defaults = Object.entries(options).map(([key, spec]) => [key, spec.default] as const);
  return { system: 'expression', preset: 'tiny', ...Object.fromEntries(defaults), ...values };
}

export interface Taken {
  /** The parameters after the last step. */
  values: number[];
  /** The norm that the optimizer reports after each step. */
  norms: number[];
}

/** Makes steps with a new optimizer on new parameters. It expects that no tensor is left behind. */
export function take(
  id: OptimizerId,
  limits: GradientLimits,
  given: readonly { gradient: readonly number[]; rate: number }[] = steps,
  config: RunConfig = configOf(id),
): Taken {
  const before = tf.memory().numTensors;
  const parameters = newParameters();
  const optimizer = OPTIMIZERS[id].create(parameters, limits, config);
  const norms = given.map(({ gradient, rate }) => {
    tf.tidy(() => optimizer.apply(split(gradient), rate));
    return optimizer.gradientNorm.dataSync()[0] ?? Number.NaN;
  });
  const values = valuesOf(parameters);
  optimizer.dispose();
  disposeParameters(parameters);
  expect(tf.memory().numTensors, 'tensors left behind').toBe(before);
  return { values, norms };
}

/** Expects that two lists of numbers below 10 agree as sums of a few float32 numbers do. */
export function expectNear(got: readonly number[], wanted: readonly number[], what: string): void {
  expect(got.length, what).toBe(wanted.length);
  got.forEach((value, i) => {
    expect(value, `${what}, number ${i}`).toBeCloseTo(wanted[i] ?? Number.NaN, 5);
  });
}
