/** @file Saves weights, history and charts as files. */
import { useState } from 'react';
import type { FormatDescription } from '../../../workers/protocol/checkpoints';
import type { SeriesKind } from '../../charts/types';
import { fileStem } from '../../format/words';
import { attempt } from '../../state/actions/context';
import { historyToCsv, historyToJson } from '../../state/historyFiles';
import { useApp, useAppState } from '../../state/useApp';
import { download } from '../../widgets/download';
import { fetchDrawn } from '../watch/drawnLater';

/** The ending that tells one format from the others. It is `safetensors`, but `tfjs.zip`, because many formats are zips. */
const ending = ({ id, extension }: FormatDescription) =>
  extension === id ? extension : `${id}.${extension}`;

const noFormats: readonly FormatDescription[] = [];

export function FileExports({ id }: { id: string }) {
  const { checkpoints, store } = useApp();
  const formats = useAppState(state => state.catalogue?.formats ?? noFormats);
  const empty = useAppState(state => (state.runs[id]?.history.length ?? 0) === 0);
  const [busy, setBusy] = useState(false);
  const afresh = formats.filter(({ resumes }) => !resumes);

  const save = (end: string, make: () => Promise<Blob>) => async () => {
    const run = store.getState().runs[id];
    if (!run) return;
    setBusy(true);
    await attempt(store, 'weights', async () =>
      download(await make(), `${fileStem(run.name, run.step)}.${end}`),
    );
    setBusy(false);
  };
  const chart = (kind: SeriesKind, format: 'png' | 'svg') =>
    save(`${kind === 'loss' ? 'losses' : 'weights'}.${format}`, async () =>
      (await fetchDrawn()).chartBlob(kind, format),
    );
  const text = (type: string, print: typeof historyToJson) => async () => {
    const run = store.getState().runs[id];
    return new Blob(run ? [print(run)] : [], { type });
  };
  return (
    <dl className="exports">
      <dt>Weights</dt>
      <dd>
        {formats.map(format => (
          <button
            key={format.id}
            type="button"
            disabled={busy}
            onClick={save(ending(format), () => checkpoints.exportWeights(id, format.id))}
          >
            {format.label}
          </button>
        ))}
        {afresh.length > 0 && (
          <small>
            {afresh.map(({ label }) => label).join(', ')} holds the network alone: it starts at step 0 from
            its weights.
          </small>
        )}
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
              void chart('weight', format)();
              void chart('loss', format)();
            }}
          >
            {format.toUpperCase()}
          </button>
        ))}
      </dd>
    </dl>
  );
}
