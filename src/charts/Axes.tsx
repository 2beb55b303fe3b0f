/** @file The axes, the grid and the line of equal weights of a plot, redrawn only when a domain or the size changes. */
import { memo } from 'react';
import { formatTick } from '../format/numbers';
import { axisText, rule } from './axisStyle';
import { formatX } from './formatX';
import { createFrame } from './plotFrame';
import type { ChartAxis } from './types';

/** The props are flat, so that `memo` can compare them. The picture of the axes depends only on them. */
interface AxesProps {
  width: number;
  height: number;
  axis: ChartAxis;
  xFrom: number;
  xTo: number;
  yFrom: number;
  yTo: number;
  logY: boolean;
  /** The ticks, joined by blanks. */
  xTicks: string;
  yTicks: string;
  /** The value of the level line, or null if there is none. */
  level: number | null;
}

const numbers = (joined: string) => (joined ? joined.split(' ').map(Number) : []);

/** The distance in pixels between an axis and the text of its ticks. */
const gap = 8;

export const Axes = memo(function Axes(props: AxesProps) {
  const { width, height, xFrom, xTo, yFrom, yTo, logY, level } = props;
  const { x, y, left, top, plotWidth, plotHeight } = createFrame(
    { xDomain: [xFrom, xTo], yDomain: [yFrom, yTo], logY },
    width,
    height,
  );
  const right = left + plotWidth;
  const bottom = top + plotHeight;
  return (
    <svg className="chartAxes" width={width} height={height} aria-hidden="true">
      <g stroke={rule}>
        {numbers(props.yTicks).map(tick => (
          <line key={tick} x1={left} x2={right} y1={y(tick)} y2={y(tick)} strokeOpacity={0.8} />
        ))}
        <line x1={left} x2={right} y1={bottom} y2={bottom} />
      </g>
      {level !== null && (
        <line
          x1={left}
          x2={right}
          y1={y(level)}
          y2={y(level)}
          stroke="var(--ink-soft, #505b73)"
          strokeOpacity={0.55}
        />
      )}
      <g {...axisText}>
        {numbers(props.xTicks).map(tick => (
          <text key={tick} x={x(tick)} y={bottom + gap + 4} dy="0.71em" textAnchor="middle">
            {formatX(tick, props.axis)}
          </text>
        ))}
        {numbers(props.yTicks).map(tick => (
          <text key={tick} x={left - gap} y={y(tick)} dy="0.355em" textAnchor="end">
            {formatTick(tick)}
          </text>
        ))}
      </g>
    </svg>
  );
});
