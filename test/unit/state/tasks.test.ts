import { describe, expect, test } from 'vitest';
import { readHash } from '../../../src/state/hash';
import type { Settings } from '../../../src/state/settings';
import { fitTasks } from '../../../src/state/tasks';
import type { Catalogue } from '../../../workers/protocol/catalogue';
import { datasetSummary } from './fakeEngine';
import { catalogue as plain } from './fakes';

const catalogue: Catalogue = {
  ...plain,
  systems: [...plain.systems, { id: 'custom', label: 'Own', cites: '', tasks: [], tasksOption: 'tasks' }],
  options: {
    ...plain.options,
    tasks: { kind: 'tasks', label: 'Tasks', group: 'Run', default: 'identity!,mood' },
  },
};
const dataset = (counts: Record<string, readonly string[]>) => ({
  ...datasetSummary('d', { kind: 'files', files: [] }),
  name: 'faces.zip',
  counts: {
    ...{ identity: {}, expression: {}, modality: {} },
    ...Object.fromEntries(
      Object.entries(counts).map(([column, names]) => [
        column,
        Object.fromEntries(names.map(name => [name, 4])),
      ]),
    ),
  },
});
const faces = dataset({ identity: ['Ann', 'Bob'], age: ['old', 'young'], glasses: ['yes', 'no'] });
const read = (hash: string): Settings => readHash(hash, catalogue).settings;

describe('tasks of an address', () => {
  test('that all fit stay as they are, and nothing is said', () => {
    const settings = read('system=custom&tasks=identity,age@glasses:no');
    expect(fitTasks(catalogue, settings, faces)).toEqual({ settings, tasksNote: null });
  });

  test('that do not fit are left out while two others remain, and the note says which and why', () => {
    const { settings, tasksNote } = fitTasks(
      catalogue,
      read('system=custom&tasks=age,hat,identity,age@glasses:maybe'),
      faces,
    );
    expect(settings.options.tasks).toBe('age,identity');
    expect(tasksNote).toBe(
      'The tasks Hat and Age (maybe) do not fit “faces.zip” and were left out. The hat task has no labels. Add a manifest.csv with a column called hat. One task sees only images whose glasses is maybe; this has yes, no.',
    );
  });

  test('of which fewer than two fit are replaced by tasks that the dataset has, and the note names these too', () => {
    const { settings, tasksNote } = fitTasks(catalogue, read('system=custom&tasks=hat,age'), faces);
    expect(settings.options.tasks).toBe('identity!,age,glasses');
    expect(tasksNote).toMatch(
      /^The task Hat does not fit “faces.zip” and was replaced by Identity, Age, and Glasses\. The hat task has no labels\./,
    );
  });

  test('stay where the dataset has nothing to propose: Train says what is missing', () => {
    const settings = read('system=custom&tasks=hat,age');
    const poor = dataset({ identity: ['Ann', 'Bob'] });
    expect(fitTasks(catalogue, settings, poor)).toEqual({ settings, tasksNote: null });
  });
});

test('the default tasks, which nobody named, give way without a word', () => {
  const { settings, tasksNote } = fitTasks(catalogue, read('system=custom'), faces);
  expect(settings.options.tasks).toBe('identity!,age,glasses');
  expect(tasksNote).toBeNull();
});

test('a system with tasks of its own, or no dataset, changes nothing', () => {
  for (const [hash, open] of [
    ['system=caricature', faces],
    ['system=custom&tasks=hat,age', null],
  ] as const) {
    const settings = read(hash);
    expect(fitTasks(catalogue, settings, open)).toEqual({ settings, tasksNote: null });
  }
});
