/** The formulas of the optimizers, number by number. An optimizer without a formula here has its contract and no more. */

import { beforeAll, describe, expect, test } from 'vitest';
import type { OptimizerId } from '../../../workers/model/optimizers/optimizers';
import { packedOptimizer } from '../../../workers/model/optimizers/packed';
import * as tf from '../../../workers/tf/tf';
import {
  configOf,
  disposeParameters,
  expectNear,
  kernelSize,
  newParameters,
  noLimits,
  split,
  start,
  steps,
  take,
  valuesOf,
} from './optimizerSteps';

beforeAll(() => tf.setBackend('cpu'));

const hyper = {
  ...{ momentum: 0.9, rmsDecay: 0.8, epsilon: 0.5 },
  ...{ adamBeta1: 0.7, adamBeta2: 0.95, adamEpsilon: 1e-3 },
};

/** The momentum and the mean square of one number. */
interface Slots {
  m: number;
  s: number;
}

/** A formula moves the slots of one number, and gives what is subtracted from it. Steps count from 1. */
interface Formula {
  start: Slots;
  change(slots: Slots, gradient: number, rate: number, step: number): number;
}

const formulas: Partial<Record<OptimizerId, Formula>> = {
  sgd: {
    start: { m: 0, s: 0 },
    change(slots, gradient, rate) {
      slots.m = hyper.momentum * slots.m + gradient;
      return rate * slots.m;
    },
  },
  rmsprop: {
    start: { m: 0, s: 1 },
    change(slots, gradient, rate) {
      slots.s = hyper.rmsDecay * slots.s + (1 - hyper.rmsDecay) * gradient * gradient;
      slots.m = hyper.momentum * slots.m + (rate * gradient) / Math.sqrt(slots.s + hyper.epsilon);
      return slots.m;
    },
  },
  adam: {
    start: { m: 0, s: 0 },
    change(slots, gradient, rate, step) {
      const { adamBeta1: beta1, adamBeta2: beta2, adamEpsilon } = hyper;
      slots.m = beta1 * slots.m + (1 - beta1) * gradient;
      slots.s = beta2 * slots.s + (1 - beta2) * gradient * gradient;
      const [mean, square] = [slots.m / (1 - beta1 ** step), slots.s / (1 - beta2 ** step)];
      return (rate * mean) / (Math.sqrt(square) + adamEpsilon);
    },
  },
};

function byHand(formula: Formula, { clipNorm, weightDecay }: typeof noLimits) {
  const values = [...start];
  const slots = values.map(() => ({ ...formula.start }));
  const norms = steps.map(({ gradient, rate }, t) => {
    const decayed = values.map((value, i) => (gradient[i] ?? 0) + (i < kernelSize ? weightDecay * value : 0));
    const norm = Math.hypot(...decayed);
    const clip = clipNorm > 0 ? Math.min(1, clipNorm / norm) : 1;
    slots.forEach((own, i) => {
      values[i] = (values[i] ?? 0) - formula.change(own, (decayed[i] ?? 0) * clip, rate, t + 1);
    });
    return norm;
  });
  return { values, norms };
}

describe.each(Object.entries(formulas))('%s', (id, formula) => {
  test.each([
    ['plain', {}],
    ['with weight decay on the kernel alone', { weightDecay: 0.1 }],
    ['clipped after decay', { weightDecay: 0.1, clipNorm: 2 }],
    ['with a clip that it stays under', { clipNorm: 100 }],
  ])('two steps %s equal the formulas', (_, change) => {
    const limits = { ...noLimits, ...change };
    const known = id as OptimizerId;
    const got = take(known, limits, steps, configOf(known, hyper));
    const wanted = byHand(formula, limits);
    expectNear(got.values, wanted.values, 'parameters');
    expectNear(got.norms, wanted.norms, 'norms');
  });
});

test('a rule that the fused kernel does not know needs no more than its formula', () => {
  const parameters = newParameters();
  const signs = packedOptimizer(parameters, noLimits, {
    slots: { momentum: 0 },
    step: (gradient, { momentum }, rate) => ({
      slots: { momentum: tf.clone(momentum) },
      change: tf.mul<tf.Tensor1D>(tf.sign(gradient), rate),
    }),
  });
  tf.tidy(() => signs.apply(split(steps[0]?.gradient ?? []), 0.5));
  signs.dispose();
  expect(valuesOf(parameters)).toEqual([0.5, -1.5, 3, -4.5, 5.5, -6.5, 0, 0]);
  disposeParameters(parameters);
});
