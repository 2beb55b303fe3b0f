/**
 * @file The page behind `npm run bench:charts`: eight lines of a growing run, drawn anew in each frame, once by the charts'
 * own paths and once by recharts' `Line`. Both get the same decimated rows of the same model, which is built in the frame.
 */
import { memo, type ReactNode } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { CartesianGrid, Line, LineChart, XAxis, YAxis } from 'recharts';
import { buildChartModel, type ChartModel, type LineModel, xTicks } from '../../src/charts/chartModel';
import { taskColor } from '../../src/charts/marks';
import { Plot } from '../../src/charts/Plot';
import { createFrame, plotMargin } from '../../src/charts/plotFrame';
import { rowX } from '../../src/charts/rows';
import { SeriesCache } from '../../src/charts/seriesCache';
import { defaultChartView, type RunSeries } from '../../src/charts/types';

const width = 600;
const height = 240;
/** From this length on, and for 500 rows more, a line is decimated to 570 to 600 points. */
const firstLength = 9000;
const view = { ...defaultChartView, smoothing: 0 };

/** The times of one variant in each frame, in milliseconds. */
interface Frames {
  /** The number of points of all lines in the last frame. */
  points: number;
  lines: number;
  /** Render and commit by React, with the model and the decimation. */
  commit: number[];
  /** The time from one frame to the next, which includes layout and painting. */
  frame: number[];
}

declare global {
  interface Window {
    measureCharts(variant: 'paths' | 'recharts', frames: number): Promise<Frames>;
  }
}

/** Four runs of two tasks: noise around a falling loss, the same for both variants. */
const runsOf = (length: number): RunSeries[] =>
  Array.from({ length: 4 }, (_, run) => ({
    ...{ runId: `run-${run}`, runName: '', weighting: '', methodLabel: '', length, version: length },
    tasks: [
      { id: 'identity', label: 'Identity' },
      { id: 'expression', label: 'Expression' },
    ],
    step: i => i + 1,
    elapsedMs: i => 100 * i,
    value: (_, task, i) => 3 * Math.exp(-i / 4000) + run / 4 + task + 0.2 * Math.sin(i * (1.7 + task + run)),
  }));

const rowsOf = ({ run, series, rawRows }: LineModel, axis: ChartModel['axis']) =>
  rawRows.map(row => ({ x: rowX(run, axis, row), value: series.raw(row) }));

/** The chart as it was when recharts drew all of it. */
const Recharts = memo(function Recharts({ model }: { model: ChartModel }) {
  return (
    <LineChart width={width} height={height} margin={plotMargin} accessibilityLayer={false}>
      <CartesianGrid vertical={false} />
      <XAxis
        type="number"
        dataKey="x"
        domain={[...model.xDomain]}
        ticks={xTicks(model.xDomain, model.axis, width)}
        allowDataOverflow
      />
      <YAxis type="number" domain={[...model.yDomain]} ticks={model.yTicks} allowDataOverflow />
      {model.lines.map(line => (
        <Line
          key={line.key}
          data={rowsOf(line, model.axis)}
          dataKey="value"
          type="linear"
          stroke={taskColor(line.task)}
          strokeWidth={2.1}
          dot={false}
          activeDot={false}
          isAnimationActive={false}
        />
      ))}
    </LineChart>
  );
});

const variants: Record<'paths' | 'recharts', (model: ChartModel) => ReactNode> = {
  paths: model => (
    <Plot
      model={model}
      frame={createFrame(model, width, height)}
      lines={model.lines}
      swaps={[]}
      dashed={true}
    />
  ),
  recharts: model => <Recharts model={model} />,
};

const nextFrame = () => new Promise<number>(requestAnimationFrame);

window.measureCharts = async (variant, frames) => {
  const element = document.getElementById('root');
  if (!element) throw new Error('charts.html has no #root');
  const root = createRoot(element);
  const cache = new SeriesCache();
  const measured: Frames = { points: 0, lines: 0, commit: [], frame: [] };
  let before = await nextFrame();
  for (let i = 0; i < frames; i++) {
    const began = performance.now();
    const model = buildChartModel(runsOf(firstLength + i), 'loss', view, null, cache);
    if (!model) throw new Error('a run with rows has a model');
    flushSync(() => root.render(variants[variant](model)));
    measured.commit.push(performance.now() - began);
    const now = await nextFrame();
    measured.frame.push(now - before);
    before = now;
    measured.lines = model.lines.length;
    measured.points = model.lines.reduce((sum, line) => sum + line.rawRows.length, 0);
  }
  root.unmount();
  return measured;
};
