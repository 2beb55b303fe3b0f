/**
 * @file What the chosen settings would need on the GPU: asked again, a moment later, whenever they change. The answer is
 * a rehearsal in the worker that trains, so while runs train nobody asks.
 */
import { memoryEstimate } from '../readiness';
import { isBusy } from '../runs';
import type { AppState } from '../store';
import { isAbort } from '../store';
import type { ActionContext } from './context';

/** A person who types a number changes it several times a second. */
const pauseMs = 300;

const trains = ({ runs }: AppState) => Object.values(runs).some(isBusy);

export function memoryActions({ engine, store }: ActionContext) {
  let asking = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function ask({ settings, dataset }: AppState): Promise<void> {
    asking = new AbortController();
    const { system, preset, options, methods } = settings;
    const input = {
      datasetId: dataset?.id ?? null,
      config: { system, preset, ...options },
      weightings: methods,
    };
    try {
      const { signal } = asking;
      const estimate = await engine.training.call('estimateMemory', input, { signal });
      store.setState({ memory: { estimate, settings, dataset } });
    } catch (error) {
      // Settings that cannot be trained at all have no figure; Train says what is wrong with them.
      if (!isAbort(error)) store.setState({ memory: { estimate: null, settings, dataset } });
    }
  }

  return {
    /** Keeps `AppState.memory` in step from now on. */
    follow() {
      const changed = () => {
        asking.abort();
        clearTimeout(timer);
        const state = store.getState();
        if (trains(state) || memoryEstimate(state) !== undefined) return;
        timer = setTimeout(() => void ask(store.getState()), pauseMs);
      };
      changed();
      store.subscribe((state, before) => {
        const settled = state.settings === before.settings && state.dataset === before.dataset;
        if (!settled || trains(state) !== trains(before)) changed();
      });
    },
  };
}
