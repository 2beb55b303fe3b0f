/**
 * Trajectories computed with the public library LibMTL in float64 on a toy problem (the file's `about` says how). Each row
 * is stepped from the file's θ, so that float32's rounding does not add up in θ; what a strategy keeps of its own goes on.
 */

import { beforeAll, expect, test } from 'vitest';
import { LastLosses } from '../../../workers/model/lastLosses';
import type { OptionValue } from '../../../workers/protocol/options';
import * as tf from '../../../workers/tf/tf';
import { gramOf } from '../../../workers/train/step/forward';
import type { StepLosses, Weighed, WeightingEntry } from '../../../workers/weighting/weighting';
import { WEIGHTINGS } from '../../../workers/weighting/weightings';
import golden from '../../fixtures/golden/weighting-strategies.json';
import { contextOf, stepLosses, totalOf, zSize } from './fixture';

beforeAll(() => tf.setBackend('cpu'));

interface Problem {
  a: readonly (readonly number[])[];
  c: readonly (readonly number[])[];
  theta0: readonly number[];
  offset: number;
}

/** Our ids, the names that the library uses for them, and the options that it used. */
const methods: { id: string; name: keyof typeof golden.methods; options: Record<string, OptionValue> }[] = [
  { id: 'uncertainty', name: 'UW', options: { 'uncertainty.start': -0.5 } },
  { id: 'gradnorm', name: 'GradNorm', options: { 'gradnorm.alpha': 1.5 } },
  { id: 'dwa', name: 'DWA', options: { 'dwa.temperature': 2 } },
  { id: 'pcgrad', name: 'PCGrad', options: { 'pcgrad.order': 'ascending' } },
  { id: 'famo', name: 'FAMO', options: { 'famo.learningRate': 0.025, 'famo.decay': 1e-3 } },
];

const entries: Record<string, WeightingEntry> = WEIGHTINGS;
const variants = methods.flatMap(method => (['2', '3'] as const).map(tasks => ({ ...method, tasks })));

/** θ and the weights are near 1, and float32 rounds at 6e-8; a few sums and an exponential stand between. */
const tolerance = 1e-6;

test.each(variants)(
  '$id with $tasks tasks follows LibMTL for twelve steps',
  ({ id, name, options, tasks }) => {
    const problem: Problem = golden.problems[tasks];
    const { rows } = golden.methods[name][tasks];
    const entry = entries[id];
    if (!entry) throw new Error(`no strategy "${id}"`);
    const count = Number(tasks);
    const weighting = entry.create(contextOf(count, options));
    const last = entry.needs.includes('lossesAfterStep') ? new LastLosses(count) : null;
    expect(rows).toHaveLength(golden.steps);

    rows.forEach((row, i) => {
      const theta = rows[i - 1]?.theta ?? problem.theta0;
      const gradients = problem.a.map((a, task) =>
        a.map((factor, d) => factor * ((theta[d] ?? 0) - (problem.c[task]?.[d] ?? 0))),
      );
      const losses = problem.a.map((a, task) =>
        a.reduce(
          (sum, factor, d) => sum + 0.5 * factor * ((theta[d] ?? 0) - (problem.c[task]?.[d] ?? 0)) ** 2,
          problem.offset,
        ),
      );
      losses.forEach((loss, task) => {
        expect(loss).toBeCloseTo(row.losses[task] ?? Number.NaN, 7);
      });
      const weights = tf.tidy(() => {
        const rates = { step: i, beginsEpoch: i > 0, learningRate: golden.ownLr };
        const step: StepLosses = {
          ...stepLosses(weighting, tf.zeros([1, zSize]), losses, rates),
          gram: gramOf(gradients.map(gradient => [tf.tensor1d(gradient)])),
          ...(last ? { before: last.before } : {}),
        };
        let weighed: Weighed | null = null;
        const total = () => {
          weighed = weighting.weigh(step);
          for (const tensor of [weighed.weights, ...weighed.kept]) tf.keep(tensor);
          return totalOf(weighting, step.losses, weighed);
        };
        const trained = [...weighting.trainedByTotal];
        const grads = trained.length > 0 ? tf.variableGrads(total, trained).grads : {};
        if (trained.length === 0) total();
        const made = weighed as Weighed | null;
        if (!made) throw new Error('the strategy did not weigh');
        weighting.update({
          ...step,
          kept: made.kept,
          gradients: trained.map(variable => grads[variable.name] as tf.Tensor),
        });
        last?.update(step.losses, step.present);
        const values = Array.from(made.weights.dataSync());
        tf.dispose([made.weights, ...made.kept]);
        return values;
      });
      row.effectiveWeights.forEach((weight, task) => {
        expect(Math.abs((weights[task] ?? Number.NaN) - weight), `weight ${task} at step ${i}`).toBeLessThan(
          tolerance,
        );
      });
      row.theta.forEach((value, d) => {
        const pull = gradients.reduce(
          (sum, gradient, task) => sum + (weights[task] ?? 0) * (gradient[d] ?? 0),
          0,
        );
        const next = (theta[d] ?? 0) - golden.lr * pull;
        expect(Math.abs(next - value), `θ ${d} at step ${i}`).toBeLessThan(tolerance);
      });
    });
    weighting.dispose();
    last?.dispose();
  },
);
