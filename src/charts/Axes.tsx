/** @file The axes, the grid and the line of equal weights of a plot: recharts, redrawn only when a domain or the size changes. */
import { memo } from 'react';
import { CartesianGrid, LineChart, ReferenceLine, XAxis, YAxis } from 'recharts';
import { formatTick } from '../format/numbers';
import { axisText, rule } from './axisStyle';
import { formatX } from './formatX';
import { plotMargin } from './plotFrame';
import type { ChartAxis } from './types';

/** Flat, so that `memo` can compare it: the picture of the axes is a function of these numbers. */
interface AxesProps {
  width: number;
  height: number;
  axis: ChartAxis;
  xFrom: number;
  xTo: number;
  yFrom: number;
  yTo: number;
  logY: boolean;
  /** Ticks, joined by blanks. */
  xTicks: string;
  yTicks: string;
  /** Value of a level line, or null. */
  level: number | null;
}

const numbers = (joined: string) => (joined ? joined.split(' ').map(Number) : []);

export const Axes = memo(function Axes(props: AxesProps) {
  return (
    <LineChart
      width={props.width}
      height={props.height}
      margin={{ left: 0, right: plotMargin.right, top: plotMargin.top, bottom: 0 }}
      accessibilityLayer={false}
    >
      <CartesianGrid vertical={false} stroke={rule} strokeOpacity={0.8} />
      <XAxis
        type="number"
        dataKey="x"
        domain={[props.xFrom, props.xTo]}
        allowDataOverflow
        ticks={numbers(props.xTicks)}
        interval={0}
        height={plotMargin.bottom}
        tickFormatter={(x: number) => formatX(x, props.axis)}
        tick={axisText}
        tickLine={false}
        tickMargin={6}
        axisLine={{ stroke: rule }}
      />
      <YAxis
        type="number"
        domain={[props.yFrom, props.yTo]}
        scale={props.logY ? 'log' : 'linear'}
        allowDataOverflow
        ticks={numbers(props.yTicks)}
        interval={0}
        width={plotMargin.left}
        tickFormatter={formatTick}
        tick={axisText}
        tickLine={false}
        axisLine={false}
      />
      {props.level !== null && (
        <ReferenceLine
          y={props.level}
          stroke="var(--ink-soft, #505b73)"
          strokeOpacity={0.55}
          strokeWidth={1}
        />
      )}
    </LineChart>
  );
});
