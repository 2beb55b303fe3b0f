/**
 * @file Asks how much GPU memory the chosen settings would need, again a moment after every change. The answer comes from
 * a rehearsal in the worker that trains, so it is not asked while runs train.
 */
import type { MemoryEstimate } from '../../../workers/protocol/device';
import { memoryEstimate } from '../readiness';
import { isBusy, isOver } from '../runs';
import type { AppState } from '../store';
import { isAbort } from '../store';
import type { ActionContext } from './context';

/** How long to wait after a change: a person who types a number changes it several times a second. */
const pauseMs = 300;

const trains = ({ runs }: AppState) => Object.values(runs).some(isBusy);
/** Says which runs hold memory, and which are over and so hold less. */
const holders = ({ runs }: AppState) =>
  Object.values(runs)
    .map(run => `${run.id} ${isOver(run)}`)
    .join();

export function memoryActions({ engine, store }: ActionContext) {
  let asking = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** The runs that the answer is about. */
  let answered = '';

  async function ask(state: AppState): Promise<void> {
    const { settings, dataset } = state;
    asking = new AbortController();
    const about = holders(state);
    const take = (estimate: MemoryEstimate | null) => {
      answered = about;
      store.setState({ memory: { estimate, settings, dataset } });
    };
    const { system, preset, options, methods } = settings;
    const input = {
      datasetId: dataset?.id ?? null,
      config: { system, preset, ...options },
      weightings: methods,
    };
    try {
      const { signal } = asking;
      take(await engine.training.call('estimateMemory', input, { signal }));
    } catch (error) {
      // There is no figure for settings that cannot be trained at all. The Train button says what is wrong with them.
      if (!isAbort(error)) take(null);
    }
  }

  return {
    /** From now on, keeps `AppState.memory` up to date. */
    follow() {
      const changed = () => {
        asking.abort();
        clearTimeout(timer);
        const state = store.getState();
        const known = memoryEstimate(state) !== undefined && answered === holders(state);
        if (known || trains(state)) return;
        timer = setTimeout(() => void ask(store.getState()), pauseMs);
      };
      changed();
      store.subscribe((state, before) => {
        const settled = state.settings === before.settings && state.dataset === before.dataset;
        const same = state.runs === before.runs || holders(state) === holders(before);
        if (!settled || !same || trains(state) !== trains(before)) changed();
      });
    },
  };
}
