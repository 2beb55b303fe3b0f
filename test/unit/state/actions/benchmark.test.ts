import { expect, test } from 'vitest';
import type { Engine } from '../../../../src/engine/engine';
import { benchmarkActions } from '../../../../src/state/actions/benchmark';
import { createAppStore } from '../../../../src/state/store';

/** A benchmark that reports progress at once and ends when it is cancelled. */
function pretend(running: string[]) {
  const store = createAppStore({ system: 'expression', preset: 'tiny', methods: [], options: {} });
  const measure: Engine['benchmark'] = (_, { signal, onProgress }) =>
    new Promise((_, reject) => {
      onProgress({ doing: 'Compiling', share: 0.5 });
      signal.addEventListener('abort', () => reject(new DOMException('cancelled', 'AbortError')));
    });
  const actions = benchmarkActions(
    { engine: { benchmark: measure }, store },
    { runs: { runningIds: () => running } },
  );
  return { store, actions };
}

test('beside training a benchmark is refused', async () => {
  const { store, actions } = pretend(['run-1']);
  await expect(actions.run({})).rejects.toMatchObject({ code: 'bench/busy', message: /Pause or stop/ });
  expect(store.getState().benchmark.progress).toBeNull();
});

test('one runs at a time, shows its progress, and can be cancelled and begun anew', async () => {
  const { store, actions } = pretend([]);
  const first = actions.run({});
  expect(store.getState().benchmark.progress).toEqual({ doing: 'Compiling', share: 0.5 });
  await expect(actions.run({})).rejects.toMatchObject({ code: 'bench/busy' });
  actions.cancel();
  await expect(first).rejects.toMatchObject({ name: 'AbortError' });
  expect(store.getState().benchmark.progress).toBeNull();
  const second = actions.run({});
  expect(store.getState().benchmark.progress).not.toBeNull();
  actions.cancel();
  await expect(second).rejects.toMatchObject({ name: 'AbortError' });
});
