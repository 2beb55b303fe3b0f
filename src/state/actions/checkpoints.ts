/** @file Saves and loads weights, in the browser's storage and in files. */

import type { CheckpointInfo, StartFrom } from '../../../workers/protocol/checkpoints';
import type { DatasetSummary } from '../../../workers/protocol/dataset';
import { AppError } from '../../../workers/protocol/errors';
import type { RunSummary } from '../../../workers/protocol/runs';
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

  /**
   * Does `work` with the dataset of a checkpoint. If it is not open, only a sample set can be opened: others need the
   * person's files. If `work` fails, the page stays as it was.
   */
  function withDatasetOf<T>(
    { dataset }: CheckpointInfo,
    work: (summary: DatasetSummary) => Promise<T>,
  ): Promise<T> {
    const open = store.getState().dataset;
    if (open?.fingerprint === dataset.fingerprint) return datasets.holding(open.id, () => work(open));
    if (dataset.source.kind === 'sample') return datasets.openFor(dataset.source, work);
    const present = open
      ? `Open now: "${open.name}", whose paths and labels differ.`
      : 'No dataset is open now.';
    throw new AppError(
      'weights/dataset',
      `These weights were trained on "${dataset.name}" (${dataset.source.files.join(', ')}). ${present} Open that dataset, then try again.`,
    );
  }

  const inspect = (from: Source) => training.call('inspect', { from });

  async function restore(from: Source): Promise<RunSummary> {
    return withDatasetOf(await inspect(from), async ({ id, source }) => {
      const summary = await training.call('restore', { from, datasetId: id, datasetSource: source });
      runs.add([summary]);
      const history = await training.call('history', { id: summary.id });
      dispatchRun(store, summary.id, { kind: 'history', history, now: Date.now() });
      return summary;
    });
  }

  return {
    refresh,
    inspect,
    restore,
    async exportWeights(id: string, format: string): Promise<Blob> {
      // Steps that are done while the file is written may be missing from it.
      const step = store.getState().runs[id]?.step ?? 0;
      const file = await training.call('exportWeights', { id, format });
      dispatchRun(store, id, { kind: 'kept', step });
      return file;
    },
    restoreFile: (file: File) => restore({ kind: 'file', file, fileName: file.name }),
    /** The first save asks the browser never to delete what is stored on its own. */
    async save(id: string, name: string): Promise<CheckpointInfo> {
      // The save goes on even if the browser refuses: then it may delete the data when it runs out of space.
      if (!(await navigator.storage?.persisted?.())) await navigator.storage?.persist?.();
      const info = await training.call('saveCheckpoint', { id, name });
      dispatchRun(store, id, { kind: 'kept', step: info.step });
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
