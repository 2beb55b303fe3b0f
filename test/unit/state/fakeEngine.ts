/** Both workers in memory, behind real links: they remember what is open and what was asked. */
import type { Engine } from '../../../src/engine/engine';
import { checkpointActions } from '../../../src/state/actions/checkpoints';
import { datasetActions } from '../../../src/state/actions/datasets';
import { runActions } from '../../../src/state/actions/runs';
import { createAppStore } from '../../../src/state/store';
import type { CheckpointInfo } from '../../../workers/protocol/checkpoints';
import type { DatasetApi, DatasetSource, DatasetSummary } from '../../../workers/protocol/dataset';
import { AppError } from '../../../workers/protocol/errors';
import { connect, type Endpoint, serve } from '../../../workers/protocol/link';
import type { History } from '../../../workers/protocol/runs';
import type { TrainingApi } from '../../../workers/protocol/training';
import { catalogue, summary } from './fakes';

const nameOf = (source: DatasetSource) =>
  source.kind === 'sample' ? source.sample : (source.files[0]?.path ?? '');

export const datasetSummary = (id: string, source: DatasetSource): DatasetSummary => ({
  id,
  name: nameOf(source),
  layout: 'folders',
  layoutLabel: 'Folders',
  preset: null,
  candidates: [],
  images: 8,
  sequences: 0,
  counts: { identity: { Ann: 4, Bob: 4 }, expression: {}, modality: {} },
  unlabelled: { identity: 0, expression: 0, modality: 0 },
  systems: { expression: true, caricature: true },
  notes: [],
  skipped: [],
  fingerprint: `print of ${nameOf(source)}`,
  source: source.kind === 'sample' ? source : { kind: 'files', files: [nameOf(source)] },
});

/** A checkpoint that was saved at step 2, on the sample faces. */
export const checkpoint: CheckpointInfo = {
  name: 'kept',
  resumes: true,
  savedAt: 0,
  byteLength: 10,
  runName: 'Brave otter',
  weighting: 'one',
  config: { system: 'expression', preset: 'small' },
  step: 2,
  dataset: {
    name: 'Faces',
    fingerprint: 'print of sample-expression',
    source: {
      kind: 'sample',
      sample: 'sample-expression',
      options: { seed: 1, identities: 24, perCell: 8 },
    },
  },
};
export const twoSteps: History = {
  columns: {
    ...{ step: [1, 2], learningRate: [0.1, 0.1], elapsedMs: [10, 20] },
    ...{ 'loss/identity': [3, 2], 'loss/expression': [2, 1] },
    ...{ 'weight/identity': [0.5, 0.6], 'weight/expression': [0.5, 0.4] },
    ...{ 'accuracy/identity': [0, 0], 'accuracy/expression': [0, 0] },
  },
  evaluations: [],
};

type Pretended = 'createRuns' | 'remove' | 'inspect' | 'restore' | 'history' | 'exportWeights';

/** The actions on a store whose engine is ready. `refuse` makes the next restore fail; `close` ends the links. */
export function pretend() {
  const [data, train] = [new MessageChannel(), new MessageChannel()];
  const open = new Set<string>();
  const state = { refuse: false };
  let datasetsOpened = 0;
  let runsMade = 0;
  const madeOn = (datasetId: string, step = 0) => summary({ id: `run-${++runsMade}`, datasetId, step });
  serve<Pick<DatasetApi, 'open' | 'close'>>(data.port2 as Endpoint, {
    open({ source }) {
      const id = `dataset-${++datasetsOpened}`;
      open.add(id);
      return datasetSummary(id, source);
    },
    close({ id }) {
      open.delete(id);
    },
  });
  serve<Pick<TrainingApi, Pretended>>(train.port2 as Endpoint, {
    createRuns: ({ datasetId, weightings }) => weightings.map(() => madeOn(datasetId)),
    remove: () => undefined,
    inspect: () => checkpoint,
    restore({ datasetId }) {
      if (state.refuse) throw new AppError('weights/shape', 'A tensor has another shape.');
      return madeOn(datasetId, checkpoint.step);
    },
    history: () => twoSteps,
    exportWeights: () => new Blob(),
  });
  const engine: Engine = {
    datasets: connect<DatasetApi>(data.port1 as Endpoint),
    training: connect<TrainingApi>(train.port1 as Endpoint),
    start: () => Promise.reject(new Error('never started here')),
    benchmark: () => Promise.reject(new Error('never measured here')),
    listen: () => () => undefined,
  };
  const store = createAppStore({ system: 'expression', preset: 'small', methods: ['one'], options: {} });
  store.setState({ engine: 'ready', catalogue });
  const context = { engine, store };
  const datasets = datasetActions(context);
  const runs = runActions(context, { datasets });
  const checkpoints = checkpointActions(context, { datasets, runs });
  return {
    store,
    datasets,
    runs,
    checkpoints,
    open: () => [...open],
    refuseRestores: () => {
      state.refuse = true;
    },
    close: () => {
      for (const { port1, port2 } of [data, train]) {
        port1.close();
        port2.close();
      }
    },
  };
}

export const folder = (name: string) => [{ path: name, file: new File([], name) }];
