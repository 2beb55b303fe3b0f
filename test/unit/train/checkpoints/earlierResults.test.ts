import { expect, test } from 'vitest';
import { resolveConfig } from '../../../../workers/config/resolveConfig';
import type { TaskPredictions } from '../../../../workers/evaluate/metric';
import { METRICS } from '../../../../workers/evaluate/metrics';
import type { Evaluation, Result } from '../../../../workers/protocol/results';
import { tasksOf } from '../../../../workers/tasks/systems';
import { inFormOfToday } from '../../../../workers/train/checkpoints/earlierResults';

const figured = { about: 'A.', format: 'number', headline: true } as const;
const pictured = { about: 'A.', why: null } as const;
/** The results of a file from before every task that embeds had its own figure. */
const older: Record<string, Result> = {
  accuracy: {
    ...{ kind: 'perTask', ...figured, format: 'percent', label: 'Test accuracy' },
    figures: { identity: { value: 0.5 }, expression: { value: 0.25 } },
  },
  pairArea: { kind: 'scalar', ...figured, label: 'Verification: pair AUC', figure: { value: 0.9 } },
  pairCounts: {
    ...{ kind: 'table', ...pictured, label: 'Pairs compared', columns: ['Pair', 'n'] },
    rows: [['Same person', 60]],
  },
  roc: { kind: 'curve', ...pictured, label: 'ROC', x: 'Different people', y: 'Same person', lines: [] },
};
const evaluation = (results: Record<string, Result>): Evaluation => ({
  ...{ step: 4, side: 'validation', samples: 12, results },
});
const custom = (tasks: string) => tasksOf(resolveConfig({ system: 'custom', tasks }));
const converted = (results: Record<string, Result>, tasks = tasksOf(resolveConfig({}))) =>
  inFormOfToday([evaluation(results)], tasks)[0]?.results ?? {};

test('the one figure of verification goes to the first task that embeds', () => {
  expect(converted(older).pairArea).toMatchObject({ kind: 'perTask', figures: { identity: { value: 0.9 } } });
  const { pairArea } = converted(older, custom('expression!,identity!'));
  expect(pairArea).toMatchObject({ kind: 'perTask', figures: { expression: { value: 0.9 } } });
  expect(pairArea).not.toHaveProperty('figures.identity');
});

test('the reason why no task was verified goes to all tasks', () => {
  const figure = { value: null, why: 'No task embeds.' } as const;
  const none = { pairArea: { ...older.pairArea, figure } as Result };
  expect(converted(none, custom('expression,identity')).pairArea).toMatchObject({
    figures: { expression: figure, identity: figure },
  });
});

test('a validation score is no longer called a test accuracy, and keeps its figures', () => {
  const { accuracy } = converted(older);
  expect(accuracy).toMatchObject({ label: 'Accuracy', figures: { identity: { value: 0.5 } } });
});

test('pictures of pairs stay where they show people, and go where they only said so', () => {
  expect(converted(older)).toMatchObject({ pairCounts: older.pairCounts, roc: older.roc });
  const other = converted(older, custom('expression!,identity'));
  expect(Object.keys(other)).toEqual(['accuracy', 'pairArea']);
  expect(JSON.stringify(other)).not.toMatch(/person|people/);
});

test('what the metrics say today stays as it is, and so does a metric that no longer exists', () => {
  const tasks = custom('expression!,identity!,modality');
  const pairs = { same: Float64Array.of(1, 2), different: Float64Array.of(2, 3), sides: 'heldOut' } as const;
  const predictions = tasks.map(
    ({ id, label, column, embeds }): TaskPredictions => ({
      ...{ id, label, column, classNames: ['a', 'b'], pairs: embeds ? pairs : null },
      ...{ logits: Float32Array.of(1, 0, 0, 1), labels: Int32Array.of(0, 0) },
    }),
  );
  const results: Record<string, Result> = { gone: older.pairArea as Result };
  for (const [id, metric] of Object.entries(METRICS))
    results[id] = metric.compute({ tasks: predictions, paths: ['a.png', 'b.png'] });
  expect(converted(results, tasks)).toEqual(results);
});
