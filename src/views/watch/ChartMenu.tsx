/** @file The controls of one chart: the logarithmic axis, and the picture as a file. */
import { chartBlob } from '../../charts/exportChart';
import type { SeriesKind } from '../../charts/types';
import { attempt } from '../../state/actions/context';
import { useApp, useAppState } from '../../state/useApp';
import { download } from '../../widgets/download';

const fileName: Record<SeriesKind, string> = { weight: 'seesaw-weights', loss: 'seesaw-losses' };

export function ChartMenu({ kind }: { kind: SeriesKind }) {
  const { view: actions, store } = useApp();
  const logY = useAppState(state => state.view.logY[kind]);
  const save = (format: 'svg' | 'png') => () =>
    void attempt(store, 'weights', async () =>
      download(await chartBlob(kind, format), `${fileName[kind]}.${format}`),
    );
  return (
    <div className="chart-menu">
      <label className="check">
        <input
          type="checkbox"
          checked={logY}
          onChange={event => actions.setLogY(kind, event.target.checked)}
        />
        <span>Log axis</span>
      </label>
      <button
        type="button"
        className="link"
        onClick={save('png')}
        aria-label={`Save the ${kind} chart as PNG`}
      >
        PNG
      </button>
      <button
        type="button"
        className="link"
        onClick={save('svg')}
        aria-label={`Save the ${kind} chart as SVG`}
      >
        SVG
      </button>
    </div>
  );
}
