/** Builders of run messages and a small catalogue. */

import type { Catalogue } from '../../../workers/protocol/catalogue';
import { clockColumns, taskColumns } from '../../../workers/protocol/columns';
import type { RunSummary, RunUpdate } from '../../../workers/protocol/runs';

/** Columns of a run that records nothing but the clock, losses, weights and accuracies. */
export const columnsFor = (...ids: readonly string[]) => {
  const tasks = ids.map(id => ({ id, label: id }));
  const perTask = ['loss', 'weight', 'accuracy'].flatMap(quantity => taskColumns(quantity, quantity, tasks));
  return [...clockColumns, ...perTask];
};
export const twoTasks = columnsFor('identity', 'expression');

export const summary = (over: Partial<RunSummary> = {}): RunSummary => ({
  id: 'run-1',
  name: 'Brave otter',
  weighting: 'one',
  config: { system: 'expression', preset: 'small', learningRate: 0.1 },
  tasks: [
    { id: 'identity', label: 'Identity', embeds: true },
    { id: 'expression', label: 'Expression', embeds: false },
  ],
  datasetId: 'd',
  datasetName: 'Faces',
  phase: 'paused',
  step: 0,
  steps: 300,
  parameters: 10,
  split: { train: 8, validation: 0, test: 2, rule: 'by sample' },
  classes: { identity: 24, expression: 7 },
  columns: twoTasks,
  startedFrom: null,
  error: null,
  ...over,
});

/** Rows of two tasks: loss, weight and accuracy follow from the step and the first weight. */
export const rows = (...weights: readonly (readonly [step: number, first: number])[]) =>
  Float64Array.from(
    weights.flatMap(([step, first]) => [step, 0.1, step * 10, 3, 2, first, 1 - first, 0.5, Number.NaN]),
  );

export const update = (over: Partial<RunUpdate> = {}): RunUpdate => ({
  id: 'run-1',
  phase: 'running',
  step: 1,
  stepsPerSecond: 2,
  imagesPerSecond: 96,
  learningRate: 0.1,
  rows: rows([1, 0.5]),
  evaluations: [],
  warnings: [],
  error: null,
  ...over,
});

export const catalogue: Catalogue = {
  systems: [
    { id: 'expression', label: 'Two', cites: '', tasks: summary().tasks, tasksOption: null },
    { id: 'caricature', label: 'Three', cites: '', tasks: [], tasksOption: null },
  ],
  presets: [
    {
      id: 'big',
      label: 'Big',
      about: '',
      parameters: { shared: 60, perTask: 20 },
      work: { shared: 6e6, perTask: 2e6 },
      runsOn: ['webgpu'],
      defaults: { steps: 9000 },
    },
    {
      id: 'small',
      label: 'Small',
      about: '',
      parameters: { shared: 6, perTask: 2 },
      work: { shared: 6e5, perTask: 2e5 },
      runsOn: ['webgpu', 'wasm', 'webgl', 'cpu'],
      defaults: { steps: 300 },
    },
  ],
  weightings: [
    {
      id: 'one',
      label: 'One',
      cites: '',
      about: '',
      options: ['unit.sigma'],
      singleTaskOption: null,
      normalised: true,
      needs: ['losses'],
    },
    {
      id: 'two',
      label: 'Two',
      cites: '',
      about: '',
      options: ['unit.sigma'],
      singleTaskOption: null,
      normalised: true,
      needs: ['losses'],
    },
    {
      id: 'three',
      label: 'Three',
      cites: '',
      about: '',
      options: ['three.weights'],
      singleTaskOption: 'three.weights',
      normalised: true,
      needs: ['losses'],
    },
  ],
  sampleSets: [
    {
      id: 'sample-expression',
      label: 'Faces',
      about: '',
      system: 'expression',
      modalities: ['photo'],
      defaults: { seed: 1, identities: 24, perCell: 8 },
      limits: { identities: 500, perCell: 100 },
    },
    {
      id: 'sample-caricature',
      label: 'Caricatures',
      about: '',
      system: 'caricature',
      modalities: ['photo', 'caricature'],
      defaults: { seed: 1, identities: 24, perCell: 4 },
      limits: { identities: 500, perCell: 100 },
    },
  ],
  formats: [
    { id: 'safetensors', label: 'safetensors', extension: 'safetensors', resumes: true },
    { id: 'tfjs', label: 'TensorFlow.js', extension: 'zip', resumes: false },
  ],
  options: {
    seed: { kind: 'number', label: 'Seed', group: 'Run', default: 1, min: 0, max: 1000, integer: true },
    steps: { kind: 'number', label: 'Steps', group: 'Run', default: 500, min: 1, max: 1e7, integer: true },
    learningRate: { kind: 'number', label: 'Rate', group: 'Run', default: 0.1, min: 0, max: 10, live: true },
    flip: { kind: 'flag', label: 'Flip', group: 'Run', default: true },
    optimizer: {
      kind: 'choice',
      label: 'Optimizer',
      group: 'Run',
      default: 'sgd',
      choices: [
        { value: 'sgd', label: 'SGD' },
        { value: 'rmsprop', label: 'RMSprop', options: ['epsilon'] },
      ],
    },
    epsilon: { kind: 'number', label: 'ε', group: 'Run', default: 1, min: 0, max: 10 },
    schedule: { kind: 'schedule', label: 'Schedule', group: 'Run', default: [] },
    'unit.sigma': { kind: 'number', label: 'σ', group: 'Unit', default: 0.1, min: 0, max: 10 },
    'three.weights': { kind: 'perTask', label: 'w', group: 'Three', default: [1, 1, 1], min: 0, max: 10 },
  },
};
