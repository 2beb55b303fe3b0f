import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { OptionValue } from '../../../workers/protocol/options';
import { dynamic } from '../../../workers/weighting/dynamic';
import { contextOf, expectClose, liveOf, normals, presence, updateOnce, weightsOf, zSize } from './fixture';

beforeAll(() => tf.setBackend('cpu'));

/** One plain step of rate 1: Ψ before minus Ψ after is the gradient itself. */
const plain = { 'unit.clipNorm': 0, 'unit.rescale': false, 'unit.lrScale': 10 } as const; // 10 × 0.1 = 1

function stepOf(tasks: number, options: Record<string, OptionValue>, z: tf.Tensor2D, losses: number[]) {
  const weighting = dynamic.create(contextOf(tasks, { ...plain, ...options }));
  const [psi, b] = weighting.variables.map(v => v.variable);
  if (!psi || !b) throw new Error('the unit has two variables');
  const before = { psi: psi.clone() as tf.Tensor2D, b: b.clone() as tf.Tensor1D };
  updateOnce(weighting, z, losses);
  return { weighting, before, psiStep: tf.sub(before.psi, psi), bStep: tf.sub(before.b, b) };
}

/** L3 written once more, in plain autodiff operations: the independent reference. */
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
  const options = { 'unit.normaliseZ': false, 'unit.sigma': 0 };

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
    const { weighting } = stepOf(2, { 'unit.sigma': 0 }, tf.mul<tf.Tensor2D>(z, 40), losses);
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
        expect(Math.max(...(psi?.abs().dataSync() ?? []))).toBeGreaterThan(1e-3);
      });

  test('is w_i (1/L_i − Σ_j w_j/L_j) Z for one sample', () => {
    const one = z.slice([0, 0], [1, zSize]);
    const { weighting, before, psiStep } = stepOf(
      3,
      { 'unit.init': 'xavier', 'unit.normaliseZ': false, 'unit.sigma': 0 },
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
    const one = z.slice([0, 0], [1, zSize]);
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

test('a task the batch does not hold has no term in L3, even with σ = 0', () => {
  const z = normals([4, zSize], 'z');
  const options = { ...plain, 'unit.init': 'xavier', 'unit.sigma': 0 };
  const weighting = dynamic.create(contextOf(3, options));
  const [psi, b] = weighting.variables.map(v => v.variable.clone());
  tf.tidy(() => {
    const step = { losses: [2, 0, 3].map(l => tf.scalar(l)), present: presence([true, false, true]), z };
    const { kept } = weighting.combine(step);
    weighting.update({ ...step, kept, gradients: [], live: liveOf(weighting, 0.1) });
  });
  if (!psi || !b) throw new Error('the unit has two variables');
  const l3Present = (p: tf.Tensor, c: tf.Tensor) => {
    const unit = tf.div<tf.Tensor2D>(z, tf.norm(z, 'euclidean', 1, true));
    const logits = tf.add<tf.Tensor2D>(tf.matMul(unit, p as tf.Tensor2D, false, true), c);
    const w = tf.mean(tf.softmax(logits), 0);
    return tf.sum(tf.mul(w, [1 / 2, 0, 1 / 3])) as tf.Scalar;
  };
  const [gradient] = tf.grads(l3Present)([psi, b]);
  expectClose(
    tf.sub(psi, weighting.variables[0]?.variable ?? psi).dataSync(),
    gradient?.dataSync() ?? [],
    1e-6,
  );
});

describe('the trunk', () => {
  const gradientOfZ = (options: Record<string, OptionValue>) => {
    const weighting = dynamic.create(contextOf(2, { 'unit.init': 'xavier', ...options }));
    const z = normals([3, zSize], 'z');
    // The second loss depends on Z directly, so that Z is on the path; its direct gradient is subtracted below.
    const total = (x: tf.Tensor) => {
      const losses = [tf.scalar(4), tf.mean<tf.Scalar>(tf.square(x))];
      return weighting.combine({ losses, present: tf.ones([2]), z: x as tf.Tensor2D }).total;
    };
    const w2 = weightsOf(weighting, z, 2)[1] ?? 0;
    const direct = tf.mul(z, (2 * w2) / z.size);
    return { whole: tf.grad(total)(z), direct };
  };

  test('gets no gradient from the weights', () => {
    const { whole, direct } = gradientOfZ({});
    expectClose(whole.dataSync(), direct.dataSync(), 1e-6);
  });

  test('gets one where weightsReachTrunk is on', () => {
    const { whole, direct } = gradientOfZ({ 'unit.weightsReachTrunk': true });
    expect(tf.max(tf.abs(tf.sub(whole, direct))).dataSync()[0]).toBeGreaterThan(1e-3);
  });
});

test('the unit steps at the initial rate, or at the current one where it follows the schedule', () => {
  const z = normals([4, zSize], 'z');
  const moved = (follows: boolean) => {
    const weighting = dynamic.create(contextOf(2, { ...plain, 'unit.lrFollowsSchedule': follows }));
    tf.tidy(() => {
      const step = { losses: [tf.scalar(4), tf.scalar(1)], present: tf.ones<tf.Rank.R1>([2]), z };
      const { kept } = weighting.combine(step);
      weighting.update({ ...step, kept, gradients: [], live: liveOf(weighting, 0.01, 0.1) });
    });
    return weighting.variables[1]?.variable.dataSync()[0] ?? Number.NaN;
  };
  expect(moved(false) / moved(true)).toBeCloseTo(10, 4);
});

test('a live σ changes the next step', () => {
  const context = contextOf(2, plain);
  const z = normals([4, zSize], 'z');
  const weighting = dynamic.create(context);
  const b = weighting.variables[1]?.variable;
  if (!b) throw new Error('the unit has a bias');
  updateOnce(weighting, z, [4, 0.01]);
  const first = b.dataSync()[0] ?? 0;
  for (const { variable } of weighting.variables) variable.assign(tf.zerosLike(variable));
  context.config['unit.sigma'] = 10;
  updateOnce(weighting, z, [4, 0.01]);
  expect(b.dataSync()[0]).toBeLessThan(first / 50);
});

test('no step is longer than the clip norm times the rate', () => {
  const z = normals([4, zSize], 'z');
  const { psiStep, bStep } = stepOf(2, { 'unit.clipNorm': 0.05, 'unit.sigma': 0.001 }, z, [5, 0.001]);
  const length = Math.sqrt(
    (tf.sum(tf.square(psiStep)).dataSync()[0] ?? 0) + (tf.sum(tf.square(bStep)).dataSync()[0] ?? 0),
  );
  expect(length).toBeCloseTo(0.05, 5);
});

test('in the toy example the first weight is 0 and the others start equal and move', () => {
  const weighting = dynamic.create(contextOf(3, { 'unit.only': 'identification' }));
  const z = normals([4, zSize], 'z');
  expect(weightsOf(weighting, z, 3)).toEqual([0, 0.5, 0.5]);
  updateOnce(weighting, z, [9, 4, 1]);
  const [first, second = 0, third = 0] = weightsOf(weighting, z, 3);
  expect(first).toBe(0);
  expect(second).toBeGreaterThan(third);
});

test('the harder task takes the weight, and the weights swap after the losses do', () => {
  const weighting = dynamic.create(contextOf(2));
  const z = normals([4, zSize], 'z');
  for (let i = 0; i < 20; i++) updateOnce(weighting, z, [4, 1]);
  expect(weightsOf(weighting, z, 2)[0]).toBeGreaterThan(0.8);
  for (let i = 0; i < 40; i++) updateOnce(weighting, z, [0.5, 1]);
  expect(weightsOf(weighting, z, 2)[0]).toBeLessThan(0.2);
});

test('warns of a pinned weight only when it stays pinned, and names the task', () => {
  const weighting = dynamic.create(contextOf(2));
  for (let i = 0; i < 19; i++) expect(weighting.warn([0.001, 0.999], 1)).toBeNull();
  expect(weighting.warn([0.001, 0.999], 1)).toMatch(/“Task 2” stays above 0.99/);
  expect(weighting.warn([0.1, 0.9], 1)).toBeNull();
  expect(weighting.warn([0.001, 0.999], 1)).toBeNull();
});

test('warns at once when what it normalises has vanished, and says which switch to turn', () => {
  const weighting = dynamic.create(contextOf(2));
  const shortest = (of: typeof weighting) => {
    const step = { losses: [tf.scalar(1), tf.scalar(1)], present: tf.ones<tf.Rank.R1>([2]) };
    return of.combine({ ...step, z: tf.zeros([3, zSize]) }).shortest.dataSync()[0];
  };
  expect(shortest(weighting)).toBe(0);
  expect(weighting.warn([0.5, 0.5], 0)).toMatch(/Normalise Z/);
  expect(weighting.warn([0.5, 0.5], 1)).toBeNull();
  const logits = dynamic.create(contextOf(2, { 'unit.normaliseLogits': true, 'unit.init': 'xavier' }));
  expect(shortest(logits)).toBe(0);
  expect(logits.warn([0.5, 0.5], 0)).toMatch(/Normalise logits/);
});

test('ψ decays like every kernel, its bias does not', () => {
  const still = { losses: [1, 1] }; // equal losses: L3 has no gradient, what moves is decay alone
  const options = { 'unit.init': 'xavier', 'unit.rescale': false, weightDecay: 0.01 };
  const { psiStep, psi, bStep } = decayStep(options, still.losses);
  psiStep.forEach((step, i) => {
    // rate 0.1 × lrScale 3 × decay 0.01
    expect(step).toBeCloseTo(-0.003 * (psi[i] ?? Number.NaN), 7);
  });
  expect(bStep.every(step => Math.abs(step) < 1e-7)).toBe(true);
});

function decayStep(options: Record<string, number | boolean | string>, losses: readonly number[]) {
  const weighting = dynamic.create(contextOf(2, options));
  const [psi, b] = weighting.variables.map(({ variable }) => [...variable.dataSync()]);
  updateOnce(weighting, normals([4, zSize], 'decay'), losses);
  const [nextPsi, nextB] = weighting.variables.map(({ variable }) => [...variable.dataSync()]);
  if (!psi || !b || !nextPsi || !nextB) throw new Error('psi and b expected');
  return {
    psi,
    psiStep: nextPsi.map((value, i) => value - (psi[i] ?? 0)),
    bStep: nextB.map((value, i) => value - (b[i] ?? 0)),
  };
}
