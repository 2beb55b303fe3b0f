/** @file Starts training, and says why it cannot start. */
import { attempt } from '../../state/actions/context';
import { presetRefusal, whyNot } from '../../state/readiness';
import { defaultChoice } from '../../state/settings';
import { useApp, useAppState } from '../../state/useApp';

export function useTrain() {
  const { runs, datasets, store } = useApp();
  const reason = useAppState(whyNot);
  const refusal = useAppState(presetRefusal);
  const busy = useAppState(state => state.engine !== 'ready' || state.opening !== null || state.creating);

  const startNow = async () => {
    const { settings, startFrom } = store.getState();
    const { system, preset, options, methods } = settings;
    await runs.start({ system, preset, ...options }, methods, startFrom?.from);
    // A checkpoint stays chosen, because the address must say what was started.
    if (startFrom?.from.kind !== 'checkpoint') store.setState({ startFrom: null });
    // In a page of one column, the see-saws are below the visible part.
    if (matchMedia('(width < 60rem)').matches) document.getElementById('watch')?.scrollIntoView();
  };
  return {
    reason,
    /** Says why this backend cannot train the network, with any dataset. Null where it can. */
    refusal,
    busy,
    start: () => void attempt(store, 'train', startNow),
    /** Opens the sample faces and then trains, for a first visit. */
    tryNow: () =>
      void attempt(store, 'data', async () => {
        const { dataset, catalogue } = store.getState();
        const first = catalogue?.sampleSets[0];
        if (!dataset && first) await datasets.openSample(defaultChoice(first));
        await attempt(store, 'train', startNow);
      }),
  };
}
