/** @file The application without its page: engine, store and actions. Both the page and `window.seesaw` call it. */
import type { BackendId } from '../../workers/protocol/device';
import type { Engine } from '../engine/engine';
import { benchmarkActions } from './actions/benchmark';
import { checkpointActions } from './actions/checkpoints';
import { attempt } from './actions/context';
import { datasetActions } from './actions/datasets';
import { memoryActions } from './actions/memory';
import { runActions } from './actions/runs';
import { settingsActions } from './actions/settings';
import { viewActions } from './actions/view';
import { readBackend, withBackend } from './hash';
import { hasUnkeptSteps, reduceRun } from './runs';
import { createAppStore, failEngine, orderedRuns, type Store, toProblem } from './store';

export interface App {
  engine: Engine;
  store: Store;
  datasets: ReturnType<typeof datasetActions>;
  runs: ReturnType<typeof runActions>;
  checkpoints: ReturnType<typeof checkpointActions>;
  settings: ReturnType<typeof settingsActions>;
  benchmark: ReturnType<typeof benchmarkActions>;
  view: ReturnType<typeof viewActions>;
  /** Loads the page anew on another backend; null lets the worker choose. What is not saved is lost. */
  switchBackend(backend: BackendId | null): void;
  /** Resolves when the backend runs and what the hash asks for is open. Rejects when no backend is available. */
  ready: Promise<void>;
}

export function createApp(engine: Engine): App {
  const store = createAppStore({ system: 'expression', preset: '', methods: [], options: {} });
  const context = { engine, store };
  const datasets = datasetActions(context);
  const runs = runActions(context, { datasets });
  const checkpoints = checkpointActions(context, { datasets, runs });
  const settings = settingsActions(context);
  const benchmark = benchmarkActions(context, { runs });

  engine.listen(event => {
    if (event.kind === 'failed') return failEngine(store, { code: event.code, message: event.message });
    if (event.kind === 'damaged') return datasets.noteDamage(event);
    const now = Date.now();
    store.setState(({ runs: before }) => {
      const after = { ...before };
      for (const update of event.updates) {
        const run = after[update.id];
        if (run) after[update.id] = reduceRun(run, { kind: 'update', update, now });
      }
      return { runs: after };
    });
  });

  async function followHash() {
    const wanted = settings.applyHash(location.hash);
    const { sample, settings: chosen } = store.getState();
    if (wanted && JSON.stringify(wanted) !== JSON.stringify(sample)) {
      await attempt(store, 'data', () => datasets.openSample(wanted));
      // A sample set that opens chooses its own system, so the settings of the address are applied after it.
      settings.setSystem(chosen.system);
    }
  }

  async function start() {
    try {
      const asked = readBackend(location.hash);
      store.setState({ askedBackend: asked ?? null });
      const { device, catalogue } = await engine.start(asked);
      store.setState({ device, catalogue, engine: 'ready' });
    } catch (error) {
      failEngine(store, toProblem(error));
      throw error;
    }
    await attempt(store, 'weights', checkpoints.refresh);
    await followHash();
    settings.writeHashOnChange();
    memoryActions(context).follow();
    // This event means that somebody edited the address: our own writes cause none.
    window.addEventListener('hashchange', () => void followHash());
  }
  // Whoever switches the backend has been asked already.
  let leaving = false;
  function switchBackend(backend: BackendId | null) {
    leaving = true;
    history.replaceState(null, '', withBackend(location.hash, backend));
    location.reload();
  }
  window.addEventListener('beforeunload', event => {
    if (!leaving && orderedRuns(store.getState()).some(hasUnkeptSteps)) event.preventDefault();
  });
  const ready = start();
  // The caller that awaits `ready` gets the error; the page shows `problems.engine`.
  ready.catch(() => undefined);
  const view = viewActions(store);
  return { engine, store, datasets, runs, checkpoints, settings, benchmark, view, switchBackend, ready };
}
