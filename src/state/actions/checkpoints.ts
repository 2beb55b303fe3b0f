/** @file Weights out and in: browser storage and files. */
import { AppError } from '../../../workers/protocol/link';
import type { CheckpointInfo, RunSummary, StartFrom } from '../../../workers/protocol/messages';
import { dispatchRun } from '../store';
import type { ActionContext } from './context';
import type { datasetActions } from './datasets';
import type { runActions } from './runs';

type Source = Exclude<StartFrom, { kind: 'run' }>;

interface Needs {
  datasets: ReturnType<typeof datasetActions>;
  runs: ReturnType<typeof runActions>;
}

export function checkpointActions({ engine, store }: ActionContext, { datasets, runs }: Needs) {
  const { training } = engine;

  async function refresh(): Promise<readonly CheckpointInfo[]> {
    const { checkpoints, storage } = await training.call('listCheckpoints', {});
    store.setState({ checkpoints, storage });
    return checkpoints;
  }

  /** Opens the sample set a checkpoint was trained on; any other dataset must be open already. */
  async function openDatasetOf({ dataset }: CheckpointInfo) {
    const open = store.getState().dataset;
    if (open?.fingerprint === dataset.fingerprint) return open;
    if (dataset.source.kind === 'sample')
      return datasets.openSample({ sample: dataset.source.sample, options: dataset.source.options });
    const present = open
      ? `Open now: "${open.name}", whose paths and labels differ.`
      : 'No dataset is open now.';
    throw new AppError(
      'weights/dataset',
      `These weights were trained on "${dataset.name}" (${dataset.source.files.join(', ')}). ${present} Open that dataset, then try again.`,
    );
  }

  async function restore(from: Source): Promise<RunSummary> {
    const info = await training.call('inspect', { from });
    const dataset = await openDatasetOf(info);
    const summary = await training.call('restore', {
      from,
      datasetId: dataset.id,
      datasetSource: dataset.source,
    });
    runs.add([summary]);
    const history = await training.call('history', { id: summary.id });
    dispatchRun(store, summary.id, { kind: 'history', history, now: Date.now() });
    return summary;
  }

  return {
    refresh,
    restore,
    restoreFile: (file: File) => restore({ kind: 'file', file, fileName: file.name }),
    /** The first save asks the browser not to evict what is stored. */
    async save(id: string, name: string): Promise<CheckpointInfo> {
      // Granted or not, the save goes on: only the promise to keep it differs.
      if (!(await navigator.storage?.persisted?.())) await navigator.storage?.persist?.();
      const info = await training.call('saveCheckpoint', { id, name });
      await refresh();
      return info;
    },
    async rename(name: string, to: string) {
      await training.call('renameCheckpoint', { name, to });
      await refresh();
    },
    async remove(name: string) {
      await training.call('deleteCheckpoint', { name });
      await refresh();
    },
  };
}
