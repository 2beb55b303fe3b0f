/** @file Scores against steps. There are few points, so recharts draws the lines as well as the axes. */
import { useRef } from 'react';
import { CartesianGrid, Line, LineChart, Tooltip, XAxis, YAxis } from 'recharts';
import { axisText, rule } from './axisStyle';
import { plotMargin } from './plotFrame';
import { useWidth } from './useWidth';

export interface ScoreLine {
  key: string;
  label: string;
  color: string;
  dash: string;
  /** Whether a line joins the points. Otherwise each point is a ring. */
  joined: boolean;
  points: readonly { step: number; value: number }[];
}

interface ScoresChartProps {
  lines: readonly ScoreLine[];
  /** The number of steps of the training, where the chart ends. */
  steps: number;
  height: number;
  label: string;
  format(value: number): string;
  tick(value: number): string;
}

/** One row for each step at which a line has a point. */
function rowsOf(lines: readonly ScoreLine[]): Record<string, number>[] {
  const rows = new Map<number, Record<string, number>>();
  for (const { key, points } of lines)
    for (const { step, value } of points) rows.set(step, { ...rows.get(step), step, [key]: value });
  return [...rows.values()].sort((a, b) => (a.step ?? 0) - (b.step ?? 0));
}

/** The upper end of the axis. Shares and areas are at most 1, but a loss may be larger. */
const topOf = (lines: readonly ScoreLine[]) =>
  Math.ceil(Math.max(1, ...lines.flatMap(({ points }) => points.map(({ value }) => value))));

export function ScoresChart({ lines, steps, height, label, format, tick }: ScoresChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  return (
    <div ref={box} role="img" aria-label={label}>
      {width > 0 && (
        <LineChart
          width={width}
          height={height}
          data={rowsOf(lines)}
          margin={{ left: 0, right: plotMargin.right, top: plotMargin.top, bottom: 0 }}
          accessibilityLayer={false}
        >
          <CartesianGrid vertical={false} stroke={rule} strokeOpacity={0.8} />
          <XAxis
            type="number"
            dataKey="step"
            domain={[0, steps]}
            height={plotMargin.bottom}
            tick={axisText}
            tickLine={false}
            tickMargin={6}
            axisLine={{ stroke: rule }}
          />
          <YAxis
            type="number"
            domain={[0, topOf(lines)]}
            width={plotMargin.left}
            tickFormatter={tick}
            tick={axisText}
            tickLine={false}
            axisLine={false}
          />
          <Tooltip
            isAnimationActive={false}
            labelFormatter={step => `Step ${step}`}
            formatter={value => (typeof value === 'number' ? format(value) : value)}
            contentStyle={{
              border: `1px solid ${rule}`,
              borderRadius: 8,
              background: 'var(--raised, #fff)',
              fontSize: 12,
            }}
          />
          {lines.map(({ key, label: name, color, dash, joined }) => (
            <Line
              key={key}
              dataKey={key}
              name={name}
              stroke={color}
              strokeWidth={joined ? 2 : 0}
              strokeDasharray={dash}
              dot={
                joined
                  ? { r: 3.5, fill: color, strokeWidth: 0 }
                  : { r: 5, fill: 'var(--raised, #fff)', stroke: color, strokeWidth: 2, strokeDasharray: '' }
              }
              connectNulls
              isAnimationActive={false}
            />
          ))}
        </LineChart>
      )}
    </div>
  );
}
