import { expect, test } from 'vitest';
import { latest, stepAt } from '../../../src/state/history';
import { hasUnkeptSteps, newRun, type RunState, reduceRun } from '../../../src/state/runs';
import type { Evaluation } from '../../../workers/protocol/results';
import { twoSteps } from './fakeEngine';
import { rows, summary, update } from './fakes';

const evaluation = (step: number, identity = 0.5): Evaluation => ({
  step,
  side: 'test',
  samples: 10,
  results: {
    accuracy: {
      ...{ kind: 'perTask', label: 'Accuracy', about: 'A.', format: 'percent' },
      figures: { identity: { value: identity }, expression: { value: null, why: 'No labels.' } },
    },
  },
});
const fed = (run: RunState, ...updates: Parameters<typeof update>[0][]) =>
  updates.reduce((state, over) => reduceRun(state, { kind: 'update', update: update(over), now: 1000 }), run);

test('an update moves phase, step, speed and rate, and appends its rows', () => {
  const run = fed(newRun(summary()), { step: 2, rows: rows([1, 0.5], [2, 0.6]), stepsPerSecond: 8 });
  expect(run).toMatchObject({
    phase: 'running',
    step: 2,
    stepsPerSecond: 8,
    imagesPerSecond: 96,
    learningRate: 0.1,
  });
  expect(run.history.length).toBe(2);
  expect(latest(run.history, 'weight')[0]).toBe(0.6);
});

test('the reducer changes neither the state nor the event it gets', () => {
  const before = fed(newRun(summary()), {});
  const frozen = Object.freeze({ ...before });
  const after = fed(frozen, { step: 2, rows: rows([2, 0.7]) });
  expect(before.history.length).toBe(1);
  expect(after.history.length).toBe(2);
});

test('the wall clock starts at the first row and stays there', () => {
  const one = reduceRun(newRun(summary()), {
    kind: 'update',
    update: update({ rows: rows([1, 0.5]) }),
    now: 5000,
  });
  expect(one.startedAt).toBe(4990);
  const two = reduceRun(one, { kind: 'update', update: update({ rows: rows([2, 0.5]) }), now: 9000 });
  expect(two.startedAt).toBe(4990);
});

test('swaps are found across the border of two updates', () => {
  const half = (from: number, weight: number) =>
    rows(...Array.from({ length: 12 }, (_, i) => [from + i, weight] as const));
  const run = fed(newRun(summary()), { rows: half(1, 0.8) }, { rows: half(13, 0.2) });
  expect(run.swaps.swaps).toEqual([{ step: 13, from: 0, to: 1 }]);
});

test('an error in an update makes the run failed and keeps its history', () => {
  const error = { code: 'run/nan', message: 'The loss is NaN.' };
  const run = fed(newRun(summary()), {}, { phase: 'failed', rows: rows(), error });
  expect(run).toMatchObject({ phase: 'failed', error });
  expect(run.history.length).toBe(1);
});

test('warnings are those of the newest update', () => {
  const run = fed(newRun(summary()), { warnings: ['a', 'b'] }, { warnings: ['c'] });
  expect(run.warnings).toEqual(['c']);
  expect(fed(run, { warnings: [] }).warnings).toEqual([]);
});

test('a run that failed stays failed and keeps its reason, whatever its worker says later', () => {
  const failed = reduceRun(newRun(summary()), { kind: 'failed', code: 'x', message: 'y' });
  expect(fed(failed, { phase: 'running' })).toMatchObject({
    phase: 'failed',
    error: { code: 'x', message: 'y' },
  });
});

test('steps are unkept until a save or export reaches them, and while the run can go on', () => {
  const run = fed(newRun(summary({ step: 5 })), { step: 5, rows: rows() });
  expect(hasUnkeptSteps(run), 'restored, nothing done since').toBe(false);
  const further = fed(run, { step: 7, rows: rows([6, 0.5], [7, 0.5]) });
  expect(hasUnkeptSteps(further)).toBe(true);
  const kept = reduceRun(further, { kind: 'kept', step: 7 });
  expect(hasUnkeptSteps(kept)).toBe(false);
  expect(reduceRun(kept, { kind: 'kept', step: 6 }).keptStep, 'an older export takes nothing back').toBe(7);
  expect(hasUnkeptSteps(fed(further, { phase: 'stopped', step: 7, rows: rows() }))).toBe(false);
});

test('evaluations are one a step, in order, the later one winning', () => {
  const run = fed(newRun(summary()), { evaluations: [evaluation(200), evaluation(100)] });
  const again = reduceRun(run, { kind: 'evaluated', evaluation: evaluation(200, 0.8) });
  expect(again.evaluations).toEqual([evaluation(100, 0.5), evaluation(200, 0.8)]);
});

test('a restored history replaces the rows, the swaps and the evaluations', () => {
  const run = reduceRun(fed(newRun(summary()), { rows: rows([7, 0.1]) }), {
    kind: 'history',
    history: { ...twoSteps, evaluations: [evaluation(2)] },
    now: 100,
  });
  expect(stepAt(run.history, 0)).toBe(1);
  expect(run.history.length).toBe(2);
  expect(run.evaluations).toEqual([evaluation(2)]);
});

test('rename, option and failure change just that', () => {
  const run = newRun(summary());
  expect(reduceRun(run, { kind: 'renamed', name: 'Mine' })).toEqual({ ...run, name: 'Mine' });
  expect(reduceRun(run, { kind: 'optionSet', key: 'learningRate', value: 0.01 }).config).toEqual({
    ...run.config,
    learningRate: 0.01,
  });
  expect(reduceRun(run, { kind: 'failed', code: 'x', message: 'y' })).toEqual({
    ...run,
    phase: 'failed',
    error: { code: 'x', message: 'y' },
  });
});
