/** @file Entry point of the training worker: wiring only. */

import { catalogue } from './config/catalogue';
import { startDevice } from './executor/device';
import type { PixelsApi, PixelsEvent } from './protocol/dataset';
import { AppError } from './protocol/errors';
import { connect, serve } from './protocol/link';
import type { TrainingApi, TrainingEvent } from './protocol/training';
import {
  deleteCheckpoint,
  listCheckpoints,
  renameCheckpoint,
  storageUse,
} from './train/checkpoints/checkpointStore';
import { summarise } from './train/run/runSummary';
import { Session } from './train/session';

let session: Session | null = null;
const current = (): Session => {
  if (!session) throw new AppError('worker/init', 'The training worker has no backend yet: call init first.');
  return session;
};
const each = (ids: readonly string[], work: (id: string) => void) => {
  for (const id of ids) work(id);
};

const emit = serve<TrainingApi, TrainingEvent>(self, {
  async init({ pixels, prefer }) {
    const device = await startDevice(error => {
      emit({ kind: 'deviceFailed', code: error.code, message: error.message });
      session?.failAll(error);
    }, prefer);
    const link = connect<PixelsApi, PixelsEvent>(pixels, ({ id }) => session?.datasetClosed(id));
    session = new Session(link, updates => emit({ kind: 'runs', updates }));
    return device;
  },
  catalogue: () => catalogue(),
  estimateMemory: input => current().estimateMemory(input),
  createRuns: async input => (await current().create(input)).map(summarise),
  resume({ ids }) {
    try {
      each(ids, id => current().run(id).move('resume'));
    } finally {
      void current().loop();
    }
  },
  async pause({ ids }) {
    each(ids, id => current().run(id).move('pause'));
    for (const id of ids) await current().run(id).settle();
  },
  async step({ ids }) {
    for (const id of ids) await current().step(id);
  },
  async stop({ ids }) {
    each(ids, id => current().run(id).move('stop'));
    for (const id of ids) await current().run(id).settle();
  },
  async remove({ ids }) {
    await Promise.all(ids.map(id => current().remove(id)));
  },
  rename({ id, name }) {
    current().run(id).name = name;
  },
  setOption: ({ id, key, value }) => current().run(id).setOption(key, value),
  waitForStep: async ({ id, step }, { signal }) => summarise(await current().waitForStep(id, step, signal)),
  history: ({ id }) => current().run(id).history(),
  evaluate: ({ id }) => current().run(id).evaluate(),
  exportWeights: ({ id, format }) => current().export(id, format),
  saveCheckpoint: ({ id, name }) => current().save(id, name),
  listCheckpoints: async () => ({ checkpoints: await listCheckpoints(), storage: await storageUse() }),
  renameCheckpoint: ({ name, to }) => renameCheckpoint(name, to),
  deleteCheckpoint: ({ name }) => deleteCheckpoint(name),
  inspect: ({ from }) => current().inspect(from),
  restore: async ({ from, datasetId, datasetSource }) =>
    summarise(await current().restore(from, datasetId, datasetSource)),
});
