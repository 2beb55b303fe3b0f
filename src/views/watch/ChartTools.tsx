/** @file The controls that both charts share: smoothing, axis and layout. */
import type { ChartAxis, ChartLayout } from '../../charts/types';
import { useApp, useAppState } from '../../state/useApp';

const axes: readonly { id: ChartAxis; label: string }[] = [
  { id: 'step', label: 'Step' },
  { id: 'relative', label: 'Time' },
  { id: 'wall', label: 'Clock' },
];
const layouts: readonly { id: ChartLayout; label: string }[] = [
  { id: 'overlay', label: 'Overlaid' },
  { id: 'sideBySide', label: 'Side by side' },
];
const mostSmoothing = 0.999;

export function ChartTools() {
  const { view: actions } = useApp();
  const { view, layout } = useAppState(({ view, layout }) => ({ view, layout }));
  return (
    <div className="chart-tools">
      <fieldset className="segments">
        <legend className="hidden">Runs</legend>
        {layouts.map(({ id, label }) => (
          <label key={id}>
            <input
              type="radio"
              name="layout"
              checked={layout === id}
              onChange={() => actions.setLayout(id)}
            />
            <span>{label}</span>
          </label>
        ))}
      </fieldset>
      <fieldset className="segments">
        <legend className="hidden">Axis</legend>
        {axes.map(({ id, label }) => (
          <label key={id}>
            <input type="radio" name="axis" checked={view.axis === id} onChange={() => actions.setAxis(id)} />
            <span>{label}</span>
          </label>
        ))}
      </fieldset>
      <label className="slider">
        <span>Smoothing</span>
        <input
          type="range"
          min={0}
          max={mostSmoothing}
          step={0.001}
          value={view.smoothing}
          onChange={event => actions.setSmoothing(event.target.valueAsNumber)}
        />
        <output>{view.smoothing.toFixed(3)}</output>
      </label>
      <label className="check">
        <input
          type="checkbox"
          checked={view.ignoreOutliers}
          onChange={event => actions.setIgnoreOutliers(event.target.checked)}
        />
        <span>Ignore outliers</span>
      </label>
    </div>
  );
}
