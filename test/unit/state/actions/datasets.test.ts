import { afterEach, beforeEach, expect, test } from 'vitest';
import { dispatchRun } from '../../../../src/state/store';
import { folder, pretend } from '../fakeEngine';
import { update } from '../fakes';

let app: ReturnType<typeof pretend>;
beforeEach(() => {
  app = pretend();
});
afterEach(() => app.close());

test('opening another dataset closes the one before when no run refers to it', async () => {
  await app.datasets.openFiles(folder('a.zip'));
  await app.datasets.openFiles(folder('b.zip'));
  expect(app.open()).toEqual(['dataset-2']);
  expect(app.store.getState().dataset?.name).toBe('b.zip');
});

test('the dataset of a run in the table stays open, even of one that is over, until the run is removed', async () => {
  await app.datasets.openFiles(folder('a.zip'));
  const [run] = await app.runs.create({}, ['one']);
  const id = run?.id ?? '';
  dispatchRun(app.store, id, { kind: 'update', update: update({ phase: 'finished' }), now: 0 });
  await app.datasets.openFiles(folder('b.zip'));
  expect(app.open()).toEqual(['dataset-1', 'dataset-2']);
  await app.runs.remove(id);
  expect(app.open()).toEqual(['dataset-2']);
});

test('a dataset that runs are being created on is not closed under them', async () => {
  await app.datasets.openFiles(folder('a.zip'));
  await Promise.all([app.runs.create({}, ['one']), app.datasets.openFiles(folder('b.zip'))]);
  expect(app.open()).toEqual(['dataset-1', 'dataset-2']);
});

test('pictures found damaged later join the list of what was left out, even before the dataset is shown', async () => {
  const skippedOf = () => app.store.getState().dataset?.skipped.map(({ path }) => path);
  const found = (id: string, path: string) =>
    app.datasets.noteDamage({ kind: 'damaged', id, skipped: [{ path, reason: 'cannot be decoded' }] });
  found('dataset-1', 'a/1.png');
  await app.datasets.openFiles(folder('a.zip'));
  expect(skippedOf()).toEqual(['a/1.png']);
  found('dataset-1', 'a/2.png');
  found('dataset-7', 'of/another.png');
  expect(skippedOf()).toEqual(['a/1.png', 'a/2.png']);
  await app.datasets.openFiles(folder('b.zip'));
  expect(skippedOf()).toEqual([]);
});
