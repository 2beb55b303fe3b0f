import { afterEach, beforeEach, expect, test } from 'vitest';
import { stepAt } from '../../../../src/state/history';
import { dispatchRun } from '../../../../src/state/store';
import { checkpoint, folder, pretend } from '../fakeEngine';
import { rows, update } from '../fakes';

const from = { kind: 'checkpoint', name: checkpoint.name } as const;
let app: ReturnType<typeof pretend>;
beforeEach(() => {
  app = pretend();
});
afterEach(() => app.close());

const steps = (id: string) => {
  const history = app.store.getState().runs[id]?.history;
  return history && Array.from({ length: history.length }, (_, i) => stepAt(history, i));
};

test('a restored run has each of its rows once, although the worker may send them again', async () => {
  const { id } = await app.checkpoints.restore(from);
  dispatchRun(app.store, id, {
    kind: 'update',
    update: update({ id, step: 3, rows: rows([1, 0.5], [2, 0.6], [3, 0.7]) }),
    now: 0,
  });
  expect(steps(id)).toEqual([1, 2, 3]);
});

test('restoring a run of sample faces opens them and makes them the open dataset', async () => {
  await app.datasets.openFiles(folder('mine.zip'));
  await app.checkpoints.restore(from);
  expect(app.store.getState().dataset?.name).toBe('sample-expression');
  expect(app.open()).toEqual(['dataset-2']);
});

test('a checkpoint that is refused leaves the open dataset in place and nothing else open', async () => {
  await app.datasets.openFiles(folder('mine.zip'));
  app.refuseRestores();
  await expect(app.checkpoints.restore(from)).rejects.toThrow('another shape');
  expect(app.store.getState().dataset?.name).toBe('mine.zip');
  expect(app.store.getState().runOrder).toEqual([]);
  expect(app.open()).toEqual(['dataset-1']);
});

test('exporting weights keeps the steps done so far', async () => {
  const { id } = await app.checkpoints.restore(from);
  dispatchRun(app.store, id, {
    kind: 'update',
    update: update({ id, step: 3, rows: rows([3, 0.7]) }),
    now: 0,
  });
  expect(app.store.getState().runs[id]?.keptStep).toBe(2);
  await app.checkpoints.exportWeights(id, 'safetensors');
  expect(app.store.getState().runs[id]?.keptStep).toBe(3);
});
