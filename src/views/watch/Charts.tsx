/** @file The charts of weights and losses against steps, with the controls that they share. */
import { useMemo } from 'react';
import { LossesChart } from '../../charts/LossesChart';
import type { ChartView, SeriesKind } from '../../charts/types';
import { WeightsChart } from '../../charts/WeightsChart';
import { isBusy, type RunState } from '../../state/runs';
import { swapEvents, toSeries } from '../../state/series';
import { orderedRuns } from '../../state/store';
import { useApp, useAppState } from '../../state/useApp';
import { ChartMenu } from './ChartMenu';
import { ChartTools } from './ChartTools';
import { ScoresFigure } from './ScoresFigure';

const plotHeightPx = 280;

/**
 * The runs that the legend offers: shown ones, and hidden ones of the last comparison. Hidden runs of earlier ones would
 * fill it.
 */
const plotted = (runs: readonly RunState[], hidden: ReadonlySet<string>, comparison: readonly string[]) =>
  runs.filter(run => !hidden.has(run.id) || comparison.includes(run.id));

export function Charts() {
  const { view: actions } = useApp();
  const { view, layout, zoom, catalogue } = useAppState(({ view, layout, zoom, catalogue }) => ({
    view,
    layout,
    zoom,
    catalogue,
  }));
  const all = useAppState(orderedRuns);
  const comparison = useAppState(state => state.comparison);
  const runs = useMemo(() => plotted(all, view.hidden, comparison), [all, view.hidden, comparison]);
  const series = useMemo(() => {
    const label = (id: string) => catalogue?.weightings.find(weighting => weighting.id === id)?.label ?? id;
    return runs.map(run => toSeries(run, label(run.weighting)));
  }, [runs, catalogue]);
  const swaps = useMemo(() => swapEvents(runs), [runs]);

  const viewOf = (kind: SeriesKind): ChartView => ({ ...view, logY: view.logY[kind] });
  const shared = {
    runs: series,
    swaps,
    layout,
    zoom,
    onZoom: actions.setZoom,
    onToggle: actions.toggle,
    height: plotHeightPx,
    emptyText: all.some(isBusy)
      ? 'The first step is on its way.'
      : 'Press Train and the lines draw themselves here.',
  };
  return (
    <div className="charts" data-layout={layout}>
      <ChartTools />
      <figure id="chart-weight" aria-labelledby="chart-weight-title">
        <figcaption>
          <h3 id="chart-weight-title">Who has the weight</h3>
          <ChartMenu kind="weight" />
        </figcaption>
        <WeightsChart {...shared} view={viewOf('weight')} />
      </figure>
      <figure id="chart-loss" aria-labelledby="chart-loss-title">
        <figcaption>
          <h3 id="chart-loss-title">What is still hard</h3>
          <ChartMenu kind="loss" />
        </figcaption>
        <LossesChart {...shared} view={viewOf('loss')} />
      </figure>
      <ScoresFigure runs={runs} hidden={view.hidden} />
    </div>
  );
}
