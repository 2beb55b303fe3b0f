/** @file Opening datasets. The one that was open stays open until another one is. */
import { AppError } from '../../../workers/protocol/link';
import type { DatasetSource, DatasetSummary, OpenProgress } from '../../../workers/protocol/messages';
import { isOver } from '../runs';
import { type SampleChoice, sampleSet, systemFor } from '../settings';
import { orderedRuns } from '../store';
import type { ActionContext } from './context';

const sheetTiles = 48;
const sheetTilePx = 48;

export type DroppedFile = { path: string; file: File };

function nameOf(source: DatasetSource): string {
  if (source.kind === 'sample') return sampleSet(source.sample)?.label ?? source.sample;
  const [first] = source.files;
  return source.files.length === 1 && first ? first.file.name : `${source.files.length} files`;
}

export function datasetActions({ engine, store }: ActionContext) {
  let controller: AbortController | null = null;
  let lastSource: DatasetSource | null = null;

  async function open(source: DatasetSource, layout?: string): Promise<DatasetSummary> {
    controller?.abort();
    const mine = new AbortController();
    controller = mine;
    store.setState({ opening: { label: nameOf(source), progress: null } });
    try {
      const summary = await engine.datasets.call('open', layout ? { source, layout } : { source }, {
        signal: mine.signal,
        onProgress: progress => {
          if (controller === mine)
            store.setState({ opening: { label: nameOf(source), progress: progress as OpenProgress } });
        },
      });
      const previous = store.getState().dataset;
      lastSource = source;
      store.setState(({ settings }) => ({
        dataset: summary,
        sheet: null,
        sample: source.kind === 'sample' ? { sample: source.sample, options: source.options } : null,
        settings: { ...settings, system: systemFor(summary, settings.system) },
      }));
      await closeUnused(previous, summary);
      void drawSheet(summary, mine.signal);
      return summary;
    } finally {
      if (controller === mine) store.setState({ opening: null });
    }
  }

  /** A run that is not over still reads its batches from its own dataset. */
  async function closeUnused(previous: DatasetSummary | null, present: DatasetSummary) {
    if (!previous || previous.id === present.id) return;
    const inUse = orderedRuns(store.getState()).some(run => run.datasetId === previous.id && !isOver(run));
    if (!inUse) await engine.datasets.call('close', { id: previous.id });
  }

  async function drawSheet(summary: DatasetSummary, signal: AbortSignal) {
    const input = { id: summary.id, count: sheetTiles, size: sheetTilePx };
    try {
      const sheet = await engine.datasets.call('contactSheet', input, { signal });
      if (store.getState().dataset?.id === summary.id) store.setState({ sheet });
    } catch {
      // The pictures are an illustration: the counts above them are already true.
    }
  }

  return {
    openSample: (choice: SampleChoice) => open({ kind: 'sample', ...choice }),
    /** Zips or the files of a folder; several are one dataset. */
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
    /** The open sample set as a zip that opens like any other. */
    saveZip(): Promise<Blob> {
      const { dataset } = store.getState();
      if (!dataset) throw new AppError('data/nothing', 'No dataset is open. Open one first.');
      return engine.datasets.call('saveZip', { id: dataset.id });
    },
  };
}
