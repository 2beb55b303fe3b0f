/** The gradient of the unit's own loss, through single plain steps of the proposed strategy. */

import { beforeAll, describe, expect, test } from 'vitest';
import type { OptionValue } from '../../../../workers/protocol/options';
import * as tf from '../../../../workers/tf/tf';
import { dynamic } from '../../../../workers/weighting/dynamic';
import { expectClose } from '../../../fixtures/expectClose';
import { contextOf, normals, plain, stepOf, updateOnce, weightsOf, zSize } from '../../weighting/fixture';

beforeAll(() => tf.setBackend('cpu'));

/** L3 written a second time in plain ops, which tfjs differentiates. It is the independent reference. */
function l3(psi: tf.Tensor, b: tf.Tensor, z: tf.Tensor2D, losses: number[], o: Record<string, OptionValue>) {
  const unit = (x: tf.Tensor) => tf.div(x, tf.norm(x, 'euclidean', 1, true));
  const input = o['unit.normaliseZ'] === false ? z : unit(z);
  let logits = tf.add(tf.matMul(input, psi as tf.Tensor2D, false, true), b);
  if (o['unit.normaliseLogits'] === true)
    logits = tf.mul(unit(logits), typeof o['unit.logitScale'] === 'number' ? o['unit.logitScale'] : 1);
  const w = tf.mean(tf.softmax(logits as tf.Tensor2D), 0);
  return tf.sum(tf.div(w, tf.add(tf.tensor1d(losses), 0.1))) as tf.Scalar;
}

describe('the closed form: two tasks, zero start, one sample, one plain step of rate η = 1', () => {
  const losses = [4.8, 1.9];
  const z = tf.tensor2d([0.3, -0.2, 0.5, 0.1, 0.4], [1, zSize]);
  const squared = 0.09 + 0.04 + 0.25 + 0.01 + 0.16;
  const half = 0.5 * (1 / 1.9 - 1 / 4.8);
  const options = { 'unit.normaliseZ': false, 'unit.sigma': 1e-6 };

  test('with b trained too, w1/w2 = exp(η·½(1/L2 − 1/L1)(‖Z‖² + 1))', () => {
    const { weighting } = stepOf(2, options, z, losses);
    const [w1 = 0, w2 = 0] = weightsOf(weighting, z, 2);
    expect(w1 / w2).toBeCloseTo(Math.exp(half * (squared + 1)), 5);
    expect(w1).toBeGreaterThan(w2);
  });

  test('with ψ alone, w1/w2 = exp(η·½(1/L2 − 1/L1)‖Z‖²)', () => {
    const { weighting } = stepOf(2, options, z, losses);
    const b = weighting.variables[1]?.variable;
    b?.assign(tf.zerosLike(b));
    const [w1 = 0, w2 = 0] = weightsOf(weighting, z, 2);
    expect(w1 / w2).toBeCloseTo(Math.exp(half * squared), 5);
  });

  test('with Z normalised, ‖Z‖² is 1 whatever Z is', () => {
    const { weighting } = stepOf(2, { 'unit.sigma': 1e-6 }, tf.mul<tf.Tensor2D>(z, 40), losses);
    const [w1 = 0, w2 = 0] = weightsOf(weighting, z, 2);
    expect(w1 / w2).toBeCloseTo(Math.exp(half * 2), 5);
  });

  test('the printed form gives the square root of that ratio', () => {
    const { weighting } = stepOf(2, { ...options, 'unit.gradient': 'printed' }, z, losses);
    const [w1 = 0, w2 = 0] = weightsOf(weighting, z, 2);
    expect(w1 / w2).toBeCloseTo(Math.exp((half * (squared + 1)) / 2), 5);
  });
});

describe('the gradient of L3', () => {
  const z = normals([4, zSize], 'z');
  const losses = { 2: [4.8, 1.9], 3: [0.7, 4.1, 2.2] } as const;

  for (const tasks of [2, 3] as const)
    for (const options of [
      {},
      { 'unit.normaliseZ': false },
      { 'unit.normaliseLogits': true },
      { 'unit.normaliseLogits': true, 'unit.logitScale': 2.5, 'unit.normaliseZ': false },
    ])
      test(`equals autodiff for ${tasks} tasks with ${JSON.stringify(options)}`, () => {
        const all = { ...options, 'unit.init': 'xavier' };
        const { before, psiStep, bStep } = stepOf(tasks, all, z, [...losses[tasks]]);
        const [psi, b] = tf.grads((p: tf.Tensor, c: tf.Tensor) => l3(p, c, z, [...losses[tasks]], all))([
          before.psi,
          before.b,
        ]);
        expectClose(psiStep.dataSync(), psi?.dataSync() ?? [], 2e-6);
        expectClose(bStep.dataSync(), b?.dataSync() ?? [], 2e-6);
        expect(Math.max(...(psi ? tf.abs(psi).dataSync() : []))).toBeGreaterThan(1e-3);
      });

  test('is w_i (1/L_i − Σ_j w_j/L_j) Z for one sample', () => {
    const one = tf.slice(z, [0, 0], [1, zSize]);
    const { weighting, before, psiStep } = stepOf(
      3,
      { 'unit.init': 'xavier', 'unit.normaliseZ': false, 'unit.sigma': 1e-6 },
      one,
      [...losses[3]],
    );
    for (const [i, { variable }] of weighting.variables.entries())
      variable.assign(i === 0 ? before.psi : before.b);
    const w = weightsOf(weighting, one, 3);
    const mean = w.reduce((sum, wj, j) => sum + wj / (losses[3][j] ?? 0), 0);
    const expected = w.flatMap((wi, i) =>
      Array.from(one.dataSync(), v => wi * (1 / (losses[3][i] ?? 0) - mean) * v),
    );
    expectClose(psiStep.dataSync(), expected, 1e-6);
  });

  test('is orthogonal to normalised logits: Ψ only grows, unless it is rescaled to length 1', () => {
    const options = { 'unit.init': 'xavier', 'unit.normaliseLogits': true, 'unit.normaliseZ': false };
    const one = tf.slice(z, [0, 0], [1, zSize]);
    const { before, psiStep, bStep } = stepOf(2, options, one, [...losses[2]]);
    const along = tf.add(tf.sum(tf.mul(before.psi, psiStep)), tf.sum(tf.mul(before.b, bStep)));
    expect(along.dataSync()[0]).toBeCloseTo(0, 6);

    const stepped = (rescale: boolean) => {
      const { weighting } = stepOf(2, { ...options, 'unit.rescale': rescale }, z, [...losses[2]]);
      const [psi, b] = weighting.variables.map(
        v => tf.sum(tf.square(v.variable)).dataSync()[0] ?? Number.NaN,
      );
      return { squared: (psi ?? 0) + (b ?? 0), weights: weightsOf(weighting, z, 2) };
    };
    const grown = stepped(false);
    const rescaled = stepped(true);
    const start = tf.add(tf.sum(tf.square(before.psi)), tf.sum(tf.square(before.b))).dataSync()[0] ?? 0;
    expect(grown.squared).toBeGreaterThan(start);
    expect(rescaled.squared).toBeCloseTo(1, 5);
    expectClose(rescaled.weights, grown.weights, 1e-6);
  });
});

describe('the printed form (eq. 8–9)', () => {
  const z = normals([1, zSize], 'z');
  const difference = (steps: tf.Tensor) => {
    const [one = [], two = []] = steps.arraySync() as number[][];
    return one.map((v, i) => v - (two[i] ?? 0));
  };

  test('moves ψ1 − ψ2 by half as much as the true gradient for two tasks', () => {
    const options = { 'unit.init': 'xavier' };
    const truth = difference(stepOf(2, options, z, [3, 0.5]).psiStep);
    const printed = difference(stepOf(2, { ...options, 'unit.gradient': 'printed' }, z, [3, 0.5]).psiStep);
    expectClose(
      printed,
      truth.map(v => v / 2),
      1e-6,
    );
  });

  test('pulls the dominant of three tasks down although its loss is the largest; the true one lifts it', () => {
    const move = (formula: string) => {
      const { weighting, before } = stepOf(3, { 'unit.gradient': formula }, z, [2, 1.9, 1.9]);
      weighting.variables[1]?.variable.assign(tf.tensor1d([1.5, 0, 0])); // w = .69, .15, .15
      weighting.variables[0]?.variable.assign(before.psi);
      const start = weightsOf(weighting, z, 3)[0] ?? 0;
      updateOnce(weighting, z, [2, 1.9, 1.9]);
      return (weightsOf(weighting, z, 3)[0] ?? 0) - start;
    };
    expect(move('true')).toBeGreaterThan(1e-4);
    expect(move('printed')).toBeLessThan(-1e-3);
  });
});

test('a task the batch does not hold has no part in the softmax and no term in L3, even with the least σ that is allowed', () => {
  const z = normals([4, zSize], 'z');
  const options = { ...plain, 'unit.init': 'xavier', 'unit.sigma': 1e-6 };
  const weighting = dynamic.create(contextOf(3, options));
  const [psi, b] = weighting.variables.map(v => v.variable.clone());
  updateOnce(weighting, z, [2, 0, 3], {}, [true, false, true]);
  if (!psi || !b) throw new Error('the unit has two variables');
  const l3Present = (p: tf.Tensor, c: tf.Tensor) => {
    const unit = tf.div<tf.Tensor2D>(z, tf.norm(z, 'euclidean', 1, true));
    const logits = tf.add<tf.Tensor2D>(tf.matMul(unit, p as tf.Tensor2D, false, true), c);
    // The softmax of the two tasks that are present, written out.
    const [first, , third] = tf.unstack(tf.exp(logits), 1) as [tf.Tensor1D, tf.Tensor1D, tf.Tensor1D];
    const both = tf.add(first, third);
    const terms = tf.add(tf.div(tf.div(first, both), 2), tf.div(tf.div(third, both), 3));
    return tf.mean<tf.Scalar>(terms);
  };
  const [gradient] = tf.grads(l3Present)([psi, b]);
  expectClose(
    tf.sub(psi, weighting.variables[0]?.variable ?? psi).dataSync(),
    gradient?.dataSync() ?? [],
    1e-6,
  );
});
