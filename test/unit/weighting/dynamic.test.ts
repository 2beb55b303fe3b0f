import { beforeAll, describe, expect, test } from 'vitest';
import type { OptionValue } from '../../../workers/protocol/options';
import * as tf from '../../../workers/tf/tf';
import { dynamic } from '../../../workers/weighting/dynamic';
import { expectClose } from '../../fixtures/expectClose';
import {
  contextOf,
  normals,
  plain,
  stepLosses,
  stepOf,
  totalOf,
  updateOnce,
  weightsOf,
  zSize,
} from './fixture';

beforeAll(() => tf.setBackend('cpu'));

describe('the trunk', () => {
  const gradientOfZ = (options: Record<string, OptionValue>) => {
    const weighting = dynamic.create(contextOf(2, { 'unit.init': 'xavier', ...options }));
    const z = normals([3, zSize], 'z');
    // The second loss depends on Z directly, so that Z is on the path; its direct gradient is subtracted below.
    const total = (x: tf.Tensor) => {
      const losses = [tf.scalar(4), tf.mean<tf.Scalar>(tf.square(x))];
      const step = stepLosses(weighting, x as tf.Tensor2D, losses);
      return totalOf(weighting, step.losses, weighting.weigh(step));
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
    updateOnce(weighting, z, [4, 1], { learningRate: 0.01, initialLearningRate: 0.1 });
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

/** The numbers that were read back. */
const read = (weight: readonly number[], shortestSquare: number) => (quantity: string) =>
  quantity === 'weight' ? weight : [shortestSquare];

test('warns of a pinned weight only when it stays pinned, and names the task', () => {
  const weighting = dynamic.create(contextOf(2));
  for (let i = 0; i < 19; i++) expect(weighting.warn(read([0.001, 0.999], 1))).toBeNull();
  expect(weighting.warn(read([0.001, 0.999], 1))).toMatch(/“Task 2” stays above 0.99/);
  expect(weighting.warn(read([0.1, 0.9], 1))).toBeNull();
  expect(weighting.warn(read([0.001, 0.999], 1))).toBeNull();
});

test('warns at once when what it normalises has vanished, and says which switch to turn', () => {
  const weighting = dynamic.create(contextOf(2));
  const shortest = (of: typeof weighting) =>
    of.weigh(stepLosses(of, tf.zeros([3, zSize]), [1, 1])).report?.shortestSquare?.dataSync()[0];
  expect(shortest(weighting)).toBe(0);
  expect(weighting.warn(read([0.5, 0.5], 0))).toMatch(/Normalise Z/);
  expect(weighting.warn(read([0.5, 0.5], 1))).toBeNull();
  const logits = dynamic.create(contextOf(2, { 'unit.normaliseLogits': true, 'unit.init': 'xavier' }));
  expect(shortest(logits)).toBe(0);
  expect(logits.warn(read([0.5, 0.5], 0))).toMatch(/Normalise logits/);
});

test('ψ decays like every kernel, its bias does not', () => {
  // With equal losses L3 has no gradient, so only the decay changes the parameters.
  const options = { 'unit.init': 'xavier', weightDecay: 0.01 };
  const { before, psiStep, bStep } = stepOf(2, options, normals([4, zSize], 'decay'), [1, 1]);
  expectClose(psiStep.dataSync(), tf.mul(before.psi, 0.01).dataSync(), 1e-7);
  expectClose(bStep.dataSync(), [0, 0], 1e-7);
});
