/** @file Why training cannot start yet, and how it starts. */
import { attempt } from '../state/actions/context';
import { sampleSets } from '../state/settings';
import type { AppState } from '../state/store';
import { useApp, useAppState } from '../state/useApp';

function whyNot({ engine, dataset, opening, settings }: AppState): string | null {
  if (engine !== 'ready') return 'The backend is starting.';
  if (opening) return 'The dataset is being opened.';
  if (!dataset) return 'Open some faces first.';
  if (settings.methods.length === 0) return 'Choose at least one method.';
  const answer = dataset.systems[settings.system];
  return typeof answer === 'string' ? answer : null;
}

export function useTrain() {
  const { runs, datasets, store } = useApp();
  const reason = useAppState(whyNot);
  const busy = useAppState(state => state.engine !== 'ready' || state.opening !== null || state.creating);

  const startNow = async () => {
    const { settings, startFrom } = store.getState();
    const { system, preset, options, methods } = settings;
    await runs.start({ system, preset, ...options }, methods, startFrom?.from);
    store.setState({ startFrom: null });
    // One column: the stage is below the fold.
    if (matchMedia('(width < 60rem)').matches) document.getElementById('watch')?.scrollIntoView();
  };
  return {
    reason,
    busy,
    start: () => void attempt(store, 'train', startNow),
    /** The one click of a first visit: sample faces, then train. */
    tryNow: () =>
      void attempt(store, 'data', async () => {
        const [first] = sampleSets;
        if (!store.getState().dataset && first) await datasets.openSample(first);
        await attempt(store, 'train', startNow);
      }),
  };
}
