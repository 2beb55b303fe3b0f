/** What every task system of the registry must hold. */

import { beforeAll, describe, expect, test } from 'vitest';
import { catalogue } from '../../../workers/config/catalogue';
import { OPTIONS } from '../../../workers/config/options';
import { resolveConfig } from '../../../workers/config/resolveConfig';
import { createModel, disposeModel } from '../../../workers/model/model';
import type { DatasetIndex, LabelColumn } from '../../../workers/protocol/dataset';
import { AppError } from '../../../workers/protocol/errors';
import { fewestTasks, mostTasks } from '../../../workers/protocol/taskList';
import { headSizes, prepareData } from '../../../workers/samples/prepare';
import { systemAnswer } from '../../../workers/tasks/needs';
import { SYSTEMS, systemOf, tasksOf } from '../../../workers/tasks/systems';
import type { Task } from '../../../workers/tasks/task';
import * as tf from '../../../workers/tf/tf';

beforeAll(() => tf.setBackend('cpu'));

const copies = 5;

/** A dataset with every combination of labels, `copies` times, in each column that the tasks name. */
function datasetFor(tasks: readonly Task[]): DatasetIndex {
  const names = new Map<string, Set<string>>([
    ['identity', new Set(['A', 'B', 'C'])],
    ['expression', new Set(['anger', 'happiness'])],
    ['modality', new Set(['photo', 'caricature'])],
  ]);
  for (const { column, filter } of tasks) {
    if (!names.has(column)) names.set(column, new Set(['one', 'two']));
    if (!filter) continue;
    const words = names.get(filter.column) ?? new Set(['none of these']);
    names.set(filter.column, words.add(filter.is));
  }
  let count = copies;
  const columns: Record<string, LabelColumn> = {};
  for (const [column, words] of names) {
    const [repeats, size] = [count, words.size];
    columns[column] = { names: [...words], values: [] };
    count *= size;
    for (const [other, { names, values }] of Object.entries(columns))
      columns[other] = {
        names,
        values: Array.from({ length: count }, (_, i) =>
          other === column ? Math.floor(i / repeats) : (values[i % repeats] ?? null),
        ),
      };
  }
  const samples = Array.from({ length: count }, (_, i) => ({
    ...{ path: `${i}.png`, sequence: null, frame: null, split: null, fold: null },
  }));
  const of = columns as DatasetIndex['columns'];
  return { id: 'all', name: 'all labels', layout: 'memory', samples, columns: of, fingerprint: 'all' };
}

const empty: DatasetIndex = {
  ...datasetFor([]),
  samples: [],
  columns: {
    identity: { names: [], values: [] },
    expression: { names: [], values: [] },
    modality: { names: [], values: [] },
  },
};

describe.each(Object.entries(SYSTEMS))('%s', (id, system) => {
  const config = resolveConfig({ system: id, preset: 'tiny', inputSize: 16 });
  const tasks = tasksOf(config);

  test('says what it is and whose it is', () => {
    expect(system.label).not.toBe('');
    expect(system.cites).not.toBe('');
    expect(['all', 'crossModal']).toContain(system.pairs);
  });

  test('has two tasks or more, each with an id, a label and a column of its own or a filter', () => {
    expect(tasks.length).toBeGreaterThanOrEqual(fewestTasks);
    expect(tasks.length).toBeLessThanOrEqual(mostTasks);
    for (const key of ['id', 'label'] as const)
      expect(new Set(tasks.map(task => task[key])).size).toBe(tasks.length);
    for (const { column, filter } of tasks) {
      expect(column).toBe(column.toLowerCase());
      expect(filter?.column).not.toBe(column);
    }
    const heads = tasks.map(({ column, filter }) => JSON.stringify([column, filter]));
    expect(new Set(heads).size).toBe(tasks.length);
  });

  test('the page learns its tasks from the catalogue, or the option that chooses them', () => {
    const told = catalogue().systems.find(entry => entry.id === id);
    expect(told).toMatchObject({ label: system.label, cites: system.cites });
    if ('option' in system.tasks) {
      expect(told).toMatchObject({ tasks: [], tasksOption: system.tasks.option });
      expect((OPTIONS as Record<string, { kind: string }>)[system.tasks.option]?.kind).toBe('tasks');
    } else {
      expect(told?.tasksOption).toBeNull();
      expect(told?.tasks).toEqual(tasks.map(({ id, label, embeds }) => ({ id, label, embeds })));
    }
  });

  test('takes a dataset with all the labels that it names, and says in a sentence why it takes none without', () => {
    expect(systemAnswer(system, datasetFor(tasks))).toBe(true);
    expect(systemAnswer(system, empty)).toMatch(/^[A-Z].*\.$/s);
  });

  test('each task finds its classes in such a dataset, and a network has a branch for each task', () => {
    const data = prepareData(datasetFor(tasks), config);
    for (const [t, names] of data.classNames.entries()) expect(names.length, tasks[t]?.id).toBeGreaterThan(1);
    for (const t of tasks.keys()) expect(data.train.some(({ labels }) => (labels[t] ?? -1) >= 0)).toBe(true);
    const before = tf.memory().numTensors;
    const model = createModel(config, 'equal', headSizes(data));
    expect(model.tasks).toEqual(tasks);
    expect(model.centers.map(Boolean)).toEqual(tasks.map(({ embeds }) => embeds));
    disposeModel(model);
    expect(tf.memory().numTensors).toBe(before);
  });
});

test('an unknown system is refused with the names of the known ones', () => {
  expect(() => systemOf({ system: 'toString' })).toThrow(AppError);
  expect(() => systemOf({ system: 'toString' })).toThrow(Object.keys(SYSTEMS).join(', '));
});
