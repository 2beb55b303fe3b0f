/** @file Opens datasets. The present dataset stays open until the next one has been opened. */

import type {
  DatasetEvent,
  DatasetSource,
  DatasetSummary,
  OpenProgress,
  Skipped,
} from '../../../workers/protocol/dataset';
import { AppError } from '../../../workers/protocol/errors';
import { findSampleSet, type SampleChoice, settingsFor } from '../settings';
import { fitTasks } from '../tasks';
import type { ActionContext } from './context';

const sheetTiles = 48;
const sheetTilePx = 48;

export type DroppedFile = { path: string; file: File };

export function datasetActions({ engine, store }: ActionContext) {
  let controller: AbortController | null = null;
  let lastSource: DatasetSource | null = null;
  /** Datasets that the worker holds open, and those that a call needs which has not ended (one entry for each call). */
  const opened = new Set<string>();
  const held: string[] = [];
  /** Damaged pictures by dataset. They are found during training, perhaps before the page shows the dataset. */
  const damaged = new Map<string, Skipped[]>();

  function nameOf(source: DatasetSource): string {
    if (source.kind === 'sample')
      return findSampleSet(store.getState().catalogue, source.sample)?.label ?? source.sample;
    const [first] = source.files;
    return source.files.length === 1 && first ? first.file.name : `${source.files.length} files`;
  }

  async function load(source: DatasetSource, layout?: string): Promise<DatasetSummary> {
    controller?.abort();
    const mine = new AbortController();
    controller = mine;
    store.setState({ opening: { label: nameOf(source), progress: null } });
    try {
      return await engine.datasets.call('open', layout ? { source, layout } : { source }, {
        signal: mine.signal,
        onProgress: progress => {
          if (controller === mine)
            store.setState({ opening: { label: nameOf(source), progress: progress as OpenProgress } });
        },
      });
    } finally {
      if (controller === mine) store.setState({ opening: null });
    }
  }

  /** Makes a dataset the one that the page shows and that Train uses. */
  function show(source: DatasetSource, summary: DatasetSummary) {
    lastSource = source;
    store.setState(({ settings, presetBy, catalogue }) => {
      const next = settingsFor(catalogue, settings, presetBy, summary);
      return {
        dataset: withDamage(summary, damaged.get(summary.id) ?? []),
        sheet: null,
        sample: source.kind === 'sample' ? { sample: source.sample, options: source.options } : null,
        ...next,
        ...(catalogue && fitTasks(catalogue, next.settings, summary)),
      };
    });
    void drawSheet(summary);
  }

  const withDamage = (summary: DatasetSummary, more: readonly Skipped[]): DatasetSummary => ({
    ...summary,
    skipped: [...summary.skipped, ...more],
  });

  /** Adds pictures that turned out to be damaged to the list of what was left out. */
  function noteDamage({ id, skipped }: DatasetEvent) {
    damaged.set(id, [...(damaged.get(id) ?? []), ...skipped]);
    const { dataset } = store.getState();
    if (dataset?.id === id) store.setState({ dataset: withDamage(dataset, skipped) });
  }

  async function drawSheet(summary: DatasetSummary) {
    const input = { id: summary.id, count: sheetTiles, size: sheetTilePx };
    try {
      const sheet = await engine.datasets.call('contactSheet', input);
      if (store.getState().dataset?.id === summary.id) store.setState({ sheet });
    } catch {
      // The page can go on without the thumbnails: the counts above them are right in any case.
    }
  }

  /**
   * Closes every dataset that is not shown, not held, and not used by a run in the table (such a run can still be
   * scored).
   */
  async function closeUnused() {
    const { dataset, runs } = store.getState();
    const needed = new Set([dataset?.id, ...held, ...Object.values(runs).map(run => run.datasetId)]);
    for (const id of opened) {
      if (needed.has(id)) continue;
      opened.delete(id);
      damaged.delete(id);
      await engine.datasets.call('close', { id });
    }
  }

  /** Keeps a dataset open while `work` needs it, although no run refers to it yet. */
  async function holding<T>(id: string, work: () => Promise<T>): Promise<T> {
    opened.add(id);
    held.push(id);
    try {
      return await work();
    } finally {
      held.splice(held.indexOf(id), 1);
      await closeUnused();
    }
  }

  /** Opens `source` beside the present dataset, which it replaces only if `work` succeeds. */
  async function openFor<T>(
    source: DatasetSource,
    work: (summary: DatasetSummary) => Promise<T>,
    layout?: string,
  ): Promise<T> {
    const summary = await load(source, layout);
    return holding(summary.id, async () => {
      const result = await work(summary);
      show(source, summary);
      return result;
    });
  }

  const open = (source: DatasetSource, layout?: string) => openFor(source, async summary => summary, layout);

  return {
    closeUnused,
    noteDamage,
    holding,
    openFor,
    openSample: (choice: SampleChoice) => open({ kind: 'sample', ...choice }),
    /** Opens zips, or the files of a folder. Several zips are read as one dataset. */
    openFiles(files: readonly DroppedFile[]): Promise<DatasetSummary> {
      if (files.length === 0)
        throw new AppError('data/nothing', 'No file was dropped. Drop a zip or a folder of images.');
      return open({ kind: 'files', files });
    },
    /** Reads the same files again as another layout. */
    reopenAs(layout: string): Promise<DatasetSummary> {
      if (!lastSource) throw new AppError('data/nothing', 'No dataset is open. Open one first.');
      return open(lastSource, layout);
    },
    cancelOpening: () => controller?.abort(),
    /** Writes the open sample set as a zip, which can be opened like any other dataset. */
    saveZip(): Promise<Blob> {
      const { dataset } = store.getState();
      if (!dataset) throw new AppError('data/nothing', 'No dataset is open. Open one first.');
      return engine.datasets.call('saveZip', { id: dataset.id });
    },
  };
}
