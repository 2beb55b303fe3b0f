import { beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '../../../workers/protocol/errors';
import * as tf from '../../../workers/tf/tf';
import type { WeightingEntry } from '../../../workers/weighting/weighting';
import { WEIGHTINGS } from '../../../workers/weighting/weightings';
import { configOf, contextOf, miniature } from './fixture';

beforeAll(() => tf.setBackend('cpu'));

const variants = (Object.entries(WEIGHTINGS) as [string, WeightingEntry][]).flatMap(([id, entry]) =>
  [2, 3].flatMap(tasks => [
    { id, entry, tasks, options: {} },
    ...('unit.init' in entry.options
      ? [
          {
            id: `${id}, logits`,
            entry,
            tasks,
            options: { 'unit.init': 'xavier', 'unit.normaliseLogits': true },
          },
          { id: `${id}, toy example`, entry, tasks, options: { 'unit.only': 'identification' } },
        ]
      : []),
  ]),
);

describe.each(variants)('$id with $tasks tasks', ({ entry, tasks, options }) => {
  const create = () => entry.create(contextOf(tasks, options));

  test('its weights are finite, and sum to 1 where the entry says so, at every step', () => {
    const weighting = create();
    const run = miniature(weighting, tasks, entry.needs);
    for (let i = 0; i < 10; i++) {
      const weights = run.step(i);
      expect(weights).toHaveLength(tasks);
      expect(weights.every(Number.isFinite)).toBe(true);
      if (entry.normalised) expect(weights.reduce((a, w) => a + w, 0)).toBeCloseTo(1, 6);
    }
  });

  test('the same seed gives the same weights and the same trunk', () => {
    const [a, b] = [0, 1].map(() => {
      const run = miniature(create(), tasks, entry.needs);
      const weights = [0, 1, 2, 3].map(i => run.step(i));
      return { weights, trunk: Array.from(run.trunk.dataSync()) };
    });
    expect(a).toEqual(b);
  });

  test('saved and restored, it goes on to the bit as if never stopped', () => {
    const straight = miniature(create(), tasks, entry.needs);
    const expected = [0, 1, 2, 3, 4, 5].map(i => straight.step(i));

    const first = create();
    const before = miniature(first, tasks, entry.needs);
    for (const i of [0, 1, 2]) before.step(i);
    const saved = first.variables.map(({ name, variable }) => ({ name, values: variable.arraySync() }));
    const state = new Map(first.state().map(({ name, tensor }) => [name, tensor.clone()]));

    const second = create();
    for (const [i, { name, variable }] of second.variables.entries()) {
      expect(saved[i]?.name).toBe(name);
      variable.assign(tf.tensor(saved[i]?.values ?? []));
    }
    second.restore(state);
    const after = miniature(second, tasks, entry.needs);
    after.trunk.assign(before.trunk);
    after.last?.losses.assign(before.last?.losses ?? tf.zeros([tasks]));
    after.last?.known.assign(before.last?.known ?? tf.zeros([tasks]));
    expect([3, 4, 5].map(i => after.step(i))).toEqual(expected.slice(3));
  });

  test('a task that the batch does not hold leaves no NaN behind', () => {
    const weighting = create();
    const run = miniature(weighting, tasks, entry.needs);
    for (let i = 0; i < 3; i++)
      run.step(
        i,
        Array.from({ length: tasks }, (_, task) => task !== i % tasks),
      );
    expect(run.step(3).every(Number.isFinite)).toBe(true);
    for (const { variable } of weighting.variables)
      expect(Array.from(variable.dataSync()).every(Number.isFinite)).toBe(true);
  });

  test('a step leaves no tensor behind, and dispose frees what create made', () => {
    const atStart = tf.memory().numTensors;
    const weighting = create();
    const run = miniature(weighting, tasks, entry.needs);
    const created = tf.memory().numTensors;
    for (let i = 0; i < 3; i++) run.step(i);
    expect(tf.memory().numTensors).toBe(created);
    run.dispose();
    weighting.dispose();
    expect(tf.memory().numTensors).toBe(atStart);
  });

  test('it hears validation losses exactly if it says that it needs them', () => {
    expect(create().hear !== undefined).toBe(entry.needs.includes('validationLosses'));
  });

  test('trainedByTotal lists only its own variables, and each has a name of its own', () => {
    const weighting = create();
    const own = weighting.variables.map(v => v.variable);
    for (const v of weighting.trainedByTotal) expect(own).toContain(v);
    expect(new Set(weighting.variables.map(v => v.name)).size).toBe(own.length);
  });
});

// Not of every strategy: one that solves for its weights, such as IMTL-G, may find some below 0.
test.each([
  'dynamic',
  'naive',
  'static',
  'equal',
  'single',
  'uncertainty',
  'gradnorm',
  'dwa',
  'pcgrad',
  'famo',
] as const)('the weights of %s are never below 0', id => {
  const entry: WeightingEntry = WEIGHTINGS[id];
  for (const tasks of [2, 3]) {
    const run = miniature(entry.create(contextOf(tasks)), tasks, entry.needs);
    for (let i = 0; i < 10; i++) for (const weight of run.step(i)) expect(weight).toBeGreaterThanOrEqual(0);
  }
});

test('strategies that share an option share its specification', () => {
  const seen = new Map<string, unknown>();
  for (const { options } of Object.values(WEIGHTINGS))
    for (const [key, spec] of Object.entries(options)) {
      if (seen.has(key)) expect(seen.get(key)).toBe(spec);
      seen.set(key, spec);
    }
  expect(seen.size).toBeGreaterThan(0);
});

test('static weights are scaled to sum to 1, and all zero is refused', () => {
  const entry = WEIGHTINGS.static;
  const run = miniature(entry.create(contextOf(3, { 'static.weights': [2, 1, 1] })), 3);
  expect(run.step(0)).toEqual([0.5, 0.25, 0.25]);
  const refused = () => entry.create(contextOf(2, { 'static.weights': [0, 0] }));
  expect(refused).toThrow(AppError);
  expect(refused).toThrow(/0, 0 cannot be scaled/);
});

test('static weights take as many numbers as there are tasks, and refuse fewer', () => {
  const run = miniature(WEIGHTINGS.static.create(contextOf(2, { 'static.weights': [3, 1, 9] })), 2);
  expect(run.step(0)).toEqual([0.75, 0.25]);
  expect(() => WEIGHTINGS.static.create(contextOf(3, { 'static.weights': [1, 1] }))).toThrow(/list of 3/);
});

test('single gives the chosen task all the weight, and refuses one that is not there', () => {
  const run = miniature(WEIGHTINGS.single.create(contextOf(3, { 'single.task': 2 })), 3);
  expect(run.step(0)).toEqual([0, 0, 1]);
  expect(() => WEIGHTINGS.single.create(contextOf(2, { 'single.task': 2 }))).toThrow(
    /0 \(Task 1\), 1 \(Task 2\)/,
  );
});

test('a zero start with normalised logits is refused', () => {
  for (const entry of [WEIGHTINGS.dynamic, WEIGHTINGS.naive])
    expect(() => entry.create(contextOf(2, { 'unit.normaliseLogits': true }))).toThrowError(
      expect.objectContaining({ code: 'unit/zero-normalised' }),
    );
});

test('an option of the wrong kind is refused by its key', () => {
  const config = { ...configOf(), 'unit.lrScale': 'fast' };
  const weighting = WEIGHTINGS.dynamic.create({ ...contextOf(2), config });
  expect(() => miniature(weighting, 2).step(0)).toThrow(
    /unit\.lrScale is "fast"; it must be a number from 0 to 1000/,
  );
});
