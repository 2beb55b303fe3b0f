/**
 * @file The weights or losses of the tasks of one or more runs, against steps or time. The runs share one plot, or each
 * has its own.
 */
import { useMemo, useState } from 'react';
import './taskChart.css';
import { buildChartModel, type ChartModel } from './chartModel';
import { GhostChart } from './GhostChart';
import { type HoverStore, sharedHover } from './hoverStore';
import { Legend } from './Legend';
import { PlotArea } from './PlotArea';
import { SeriesCache } from './seriesCache';
import { describeChart, latestValues } from './summary';
import type { ChartZoom, RunSeries, SeriesKind, SwapEvent, TaskChartProps } from './types';

interface KindProps extends TaskChartProps {
  kind: SeriesKind;
  hover?: HoverStore;
}

const ghostText = 'Press Train: each step adds a point here.';

function LatestTable({
  runs,
  kind,
  view,
  title,
}: Pick<KindProps, 'runs' | 'kind' | 'view'> & { title: string }) {
  return (
    <div className="chartHidden">
      <table>
        <caption>{title}: latest values</caption>
        <thead>
          <tr>
            <th scope="col">Run</th>
            <th scope="col">Task</th>
            <th scope="col">Step</th>
            <th scope="col">{kind === 'weight' ? 'Weight' : 'Loss'}</th>
          </tr>
        </thead>
        <tbody>
          {latestValues(runs, kind, view).map(row => (
            <tr key={`${row.run}/${row.task}`}>
              <td>{row.run}</td>
              <td>{row.task}</td>
              <td>{row.step}</td>
              <td>{row.value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface PlotsProps {
  model: ChartModel;
  runs: readonly RunSeries[];
  swaps: readonly SwapEvent[];
  title: string;
  sideBySide: boolean;
  height: number;
  hover: HoverStore;
  onZoom: (zoom: ChartZoom | null) => void;
}

function Plots({ model, runs, swaps, title, sideBySide, height, hover, onZoom }: PlotsProps) {
  const panels = useMemo(
    () =>
      sideBySide
        ? runs
            .map(run => ({ run, lines: model.lines.filter(line => line.run.runId === run.runId) }))
            .filter(({ lines }) => lines.length > 0)
        : [{ run: null, lines: model.lines }],
    [model, runs, sideBySide],
  );
  return (
    <div className={sideBySide ? 'chartPanels chartPanelsMany' : 'chartPanels'}>
      {panels.map(({ run, lines }) => (
        <div key={run?.runId ?? 'all'} className="chartPanel">
          {run && (
            <p className="chartPanelTitle">
              <span data-export="text">{run.methodLabel}</span>
              <span className="chartLegendDetail" data-export="text">
                {run.runName}
              </span>
            </p>
          )}
          <PlotArea
            model={model}
            lines={lines}
            swaps={swaps}
            store={hover}
            label={`${title}${run ? `, ${run.methodLabel}` : ''}: cursor over ${model.axis === 'step' ? 'steps' : 'time'}`}
            height={height}
            dashed={!sideBySide}
            onZoom={onZoom}
          />
        </div>
      ))}
    </div>
  );
}

export function TaskChart(props: KindProps) {
  const { runs, swaps, view, layout, kind, height = 240, hover = sharedHover } = props;
  const name = kind === 'weight' ? 'Task weights' : 'Task losses';
  const [cache] = useState(() => new SeriesCache());
  const [ownZoom, setOwnZoom] = useState<{ axis: string; zoom: ChartZoom } | null>(null);
  const zoom = props.zoom !== undefined ? props.zoom : ownZoom?.axis === view.axis ? ownZoom.zoom : null;
  const onZoom = (next: ChartZoom | null) =>
    props.onZoom ? props.onZoom(next) : setOwnZoom(next && { axis: view.axis, zoom: next });

  const versions = runs
    .map(run => [run.runId, run.version, run.length, run.runName, run.methodLabel, run.startedAt].join(':'))
    .join(' ');
  const zoomFrom = zoom?.[0];
  const zoomTo = zoom?.[1];
  const { smoothing, axis, logY, ignoreOutliers, hidden } = view;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `versions` stands for the runs, whose identity may change without new rows.
  const model = useMemo(
    () =>
      buildChartModel(
        runs,
        kind,
        { smoothing, axis, logY, ignoreOutliers, hidden },
        zoomFrom !== undefined && zoomTo !== undefined ? [zoomFrom, zoomTo] : null,
        cache,
      ),
    [versions, kind, smoothing, axis, logY, ignoreOutliers, hidden, zoomFrom, zoomTo, cache],
  );

  return (
    <figure className="chart" aria-label={describeChart(runs, kind, view, swaps)} data-chart={kind}>
      {(props.title || zoom || (model && model.notes.length > 0)) && (
        <figcaption className="chartHead">
          {props.title && <span className="chartTitle">{props.title}</span>}
          {model?.notes.map(note => (
            <span key={note} className="chartNote" data-export="text">
              {note}
            </span>
          ))}
          {zoom && (
            <button type="button" className="chartFit" onClick={() => onZoom(null)}>
              Fit
            </button>
          )}
        </figcaption>
      )}
      {!model ? (
        <GhostChart text={props.emptyText ?? ghostText} height={height} />
      ) : model.lines.length === 0 ? (
        <GhostChart text="Everything is hidden. Press a name in the legend to show it." height={height} />
      ) : (
        <Plots
          model={model}
          runs={runs}
          swaps={swaps}
          title={name}
          sideBySide={layout === 'sideBySide' && runs.length > 1}
          height={height}
          hover={hover}
          onZoom={onZoom}
        />
      )}
      {props.legend !== false && runs.length > 0 && (
        <Legend
          runs={runs}
          hidden={view.hidden}
          dashed={layout === 'overlay' && runs.length > 1}
          onToggle={props.onToggle}
        />
      )}
      {model && <LatestTable runs={runs} kind={kind} view={view} title={name} />}
    </figure>
  );
}
