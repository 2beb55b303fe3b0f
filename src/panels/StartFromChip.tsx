/** @file Which weights the next run begins with, and the way to pretrain some. */
import { attempt } from '../state/actions/context';
import { useApp, useAppState } from '../state/useApp';

export function StartFromChip() {
  const { runs, store } = useApp();
  const { startFrom, catalogue, settings, dataset } = useAppState(state => ({
    startFrom: state.startFrom,
    catalogue: state.catalogue,
    settings: state.settings,
    dataset: state.dataset,
  }));
  if (startFrom)
    return (
      <p className="chip">
        Starts from {startFrom.label}
        <button
          type="button"
          className="dismiss"
          aria-label="Start from new weights"
          onClick={() => store.setState({ startFrom: null })}
        >
          ×
        </button>
      </p>
    );
  // Whatever strategy trains one task alone has an option that names the task; 0 is identity in both systems.
  const alone = catalogue?.weightings.find(({ options }) => options.some(key => key.endsWith('.task')));
  const taskKey = alone?.options.find(key => key.endsWith('.task'));
  if (!alone || !taskKey || !dataset) return null;
  const pretrain = async () => {
    const { system, preset, options } = settings;
    await runs.start({ system, preset, ...options, [taskKey]: 0 }, [alone.id]);
  };
  return (
    <p className="fine">
      New weights from the seed.{' '}
      <button
        type="button"
        className="link"
        disabled={dataset.systems[settings.system] !== true}
        title="Trains trunk and first branch on identity alone; then choose “start from these weights” in the run table"
        onClick={() => void attempt(store, 'train', pretrain)}
      >
        Pretrain on identity instead
      </button>
    </p>
  );
}
