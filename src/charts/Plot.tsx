/**
 * @file One plot: recharts draws axes, grid and reference lines; the curves are plain paths over the same domains.
 * recharts' own `Line` keeps a copy of every point in its store and re-derives it on each update, which at a dozen
 * lines costs several frames; a path string costs a fraction of one.
 */
import { memo, useId } from 'react';
import { CartesianGrid, LineChart, ReferenceLine, XAxis, YAxis } from 'recharts';
import { type ChartModel, type LineModel, xTicks } from './chartModel';
import { formatTick, formatX } from './format';
import { linePath } from './linePath';
import { runDash, taskColor } from './marks';
import { type PlotFrame, plotMargin } from './plotFrame';
import { SwapMarks } from './SwapMarks';
import type { SwapEvent } from './types';

const axisText = { fontSize: 11.5, fill: 'var(--ink-soft, #505b73)' };
const rule = 'var(--line, #d3dbe7)';

interface PlotProps {
  model: ChartModel;
  frame: PlotFrame;
  lines: readonly LineModel[];
  swaps: readonly SwapEvent[];
  /** Several runs share this plot: they differ by dashes. */
  dashed: boolean;
}

export const Plot = memo(function Plot({ model, frame, lines, swaps, dashed }: PlotProps) {
  const clip = useId();
  const tasks = Math.max(...lines.map(line => line.run.tasks.length), 1);
  return (
    <LineChart
      width={frame.width}
      height={frame.height}
      margin={{ left: 0, right: plotMargin.right, top: plotMargin.top, bottom: 0 }}
      accessibilityLayer={false}
    >
      <CartesianGrid vertical={false} stroke={rule} strokeOpacity={0.8} />
      <XAxis
        type="number"
        dataKey="x"
        domain={[model.xDomain[0], model.xDomain[1]]}
        allowDataOverflow
        ticks={xTicks(model.xDomain, model.axis, frame.plotWidth)}
        interval={0}
        height={plotMargin.bottom}
        tickFormatter={(x: number) => formatX(x, model.axis)}
        tick={axisText}
        tickLine={false}
        tickMargin={6}
        axisLine={{ stroke: rule }}
      />
      <YAxis
        type="number"
        domain={[model.yDomain[0], model.yDomain[1]]}
        scale={model.logY ? 'log' : 'linear'}
        allowDataOverflow
        ticks={[...model.yTicks]}
        interval={0}
        width={plotMargin.left}
        tickFormatter={formatTick}
        tick={axisText}
        tickLine={false}
        axisLine={false}
      />
      {model.kind === 'weight' && (
        <ReferenceLine y={1 / tasks} stroke="var(--ink-soft, #505b73)" strokeOpacity={0.55} strokeWidth={1} />
      )}
      <clipPath id={clip}>
        <rect x={frame.left} y={frame.top - 2} width={frame.plotWidth + 2} height={frame.plotHeight + 4} />
      </clipPath>
      <SwapMarks swaps={swaps} lines={lines} model={model} frame={frame} />
      <g clipPath={`url(#${clip})`} fill="none" strokeLinejoin="round" strokeLinecap="round">
        {lines.map(line =>
          line.series.isSmoothed ? (
            <path
              key={line.key}
              className="chartRaw"
              d={linePath(model, line, false, frame.x, frame.y)}
              stroke={taskColor(line.task)}
              strokeOpacity={0.24}
              strokeWidth={1}
            />
          ) : null,
        )}
        {lines.map(line => (
          <path
            key={line.key}
            className="chartLine"
            data-run={line.run.runId}
            data-task={line.task}
            d={linePath(model, line, true, frame.x, frame.y)}
            stroke={taskColor(line.task)}
            strokeWidth={2.1}
            strokeDasharray={dashed ? runDash(line.runIndex) || undefined : undefined}
          />
        ))}
      </g>
    </LineChart>
  );
});
