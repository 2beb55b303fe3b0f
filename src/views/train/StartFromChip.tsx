/** @file Says which weights the next run starts from, and offers to pretrain some. */
import { attempt } from '../../state/actions/context';
import { presetRefusal } from '../../state/readiness';
import { tasksOf } from '../../state/tasks';
import { useApp, useAppState } from '../../state/useApp';

export function StartFromChip() {
  const { runs, store } = useApp();
  const { startFrom, catalogue, settings, dataset } = useAppState(state => ({
    startFrom: state.startFrom,
    catalogue: state.catalogue,
    settings: state.settings,
    dataset: state.dataset,
  }));
  const refused = useAppState(state => presetRefusal(state) !== null);
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
  const alone = catalogue?.weightings.find(({ singleTaskOption }) => singleTaskOption !== null);
  // The papers pretrain on recognition. Without that task, the first task is taken.
  const tasks = tasksOf(catalogue, settings);
  const task = Math.max(
    tasks.findIndex(({ embeds }) => embeds),
    0,
  );
  const pretrained = tasks[task];
  if (!alone || !pretrained || !dataset) return null;
  const pretrain = async () => {
    const { system, preset, options } = settings;
    await runs.start({ system, preset, ...options, [alone.singleTaskOption ?? '']: task }, [alone.id]);
  };
  return (
    <p className="fine">
      New weights from the seed.{' '}
      <button
        type="button"
        className="link"
        disabled={refused}
        onClick={() => void attempt(store, 'train', pretrain)}
      >
        Pretrain on {pretrained.label.toLowerCase()} instead
      </button>
      , then choose “Start from these weights” in the run table.
    </p>
  );
}
