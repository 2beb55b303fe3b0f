/** @file Weights, history and charts as files. */
import { useState } from 'react';
import type { ExportFormat } from '../../workers/protocol/messages';
import { attempt } from '../state/actions/context';
import { historyToCsv, historyToJson } from '../state/historyFiles';
import { useApp, useAppState } from '../state/useApp';
import { chartBlob } from './ChartMenu';
import { download, fileStem } from './download';

const weightFormats: readonly { id: ExportFormat; label: string; ending: string }[] = [
  { id: 'safetensors', label: '.safetensors', ending: 'safetensors' },
  { id: 'tfjs', label: 'tfjs (zip)', ending: 'tfjs.zip' },
];

export function FileExports({ id }: { id: string }) {
  const { engine, store } = useApp();
  const empty = useAppState(state => (state.runs[id]?.history.length ?? 0) === 0);
  const [busy, setBusy] = useState(false);

  const save = (ending: string, make: () => Promise<Blob>) => async () => {
    const run = store.getState().runs[id];
    if (!run) return;
    setBusy(true);
    await attempt(store, 'weights', async () =>
      download(await make(), `${fileStem(run.name, run.step)}.${ending}`),
    );
    setBusy(false);
  };
  const text = (type: string, print: typeof historyToJson) => async () => {
    const run = store.getState().runs[id];
    return new Blob(run ? [print(run)] : [], { type });
  };
  return (
    <dl className="exports">
      <dt>Weights</dt>
      <dd>
        {weightFormats.map(({ id: format, label, ending }) => (
          <button
            key={format}
            type="button"
            disabled={busy}
            onClick={save(ending, () => engine.training.call('exportWeights', { id, format }))}
          >
            {label}
          </button>
        ))}
      </dd>
      <dt>History</dt>
      <dd>
        <button type="button" disabled={busy || empty} onClick={save('csv', text('text/csv', historyToCsv))}>
          CSV
        </button>
        <button
          type="button"
          disabled={busy || empty}
          onClick={save('json', text('application/json', historyToJson))}
        >
          JSON
        </button>
      </dd>
      <dt>Charts</dt>
      <dd>
        {(['png', 'svg'] as const).map(format => (
          <button
            key={format}
            type="button"
            disabled={busy || empty}
            onClick={() => {
              void save(`weights.${format}`, () => chartBlob('weight', format))();
              void save(`losses.${format}`, () => chartBlob('loss', format))();
            }}
          >
            {format.toUpperCase()}
          </button>
        ))}
      </dd>
    </dl>
  );
}
