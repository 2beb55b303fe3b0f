/** @file How training starts, and what keeps it from starting. */
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
    // A checkpoint stays in the address, which says what was started.
    if (startFrom?.from.kind !== 'checkpoint') store.setState({ startFrom: null });
    // One column: the stage is below the fold.
    if (matchMedia('(width < 60rem)').matches) document.getElementById('watch')?.scrollIntoView();
  };
  return {
    reason,
    /** The network is too large for this backend, whatever dataset is open. */
    refusal,
    busy,
    start: () => void attempt(store, 'train', startNow),
    /** The one click of a first visit: sample faces, then train. */
    tryNow: () =>
      void attempt(store, 'data', async () => {
        const { dataset, catalogue } = store.getState();
        const first = catalogue?.sampleSets[0];
        if (!dataset && first) await datasets.openSample(defaultChoice(first));
        await attempt(store, 'train', startNow);
      }),
  };
}
