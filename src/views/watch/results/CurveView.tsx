/** @file Draws a result of kind `curve`: y against x, both from the result. */
import { useRef } from 'react';
import { CartesianGrid, Line, LineChart, XAxis, YAxis } from 'recharts';
import type { CurveResult } from '../../../../workers/protocol/results';
import { axisText, rule } from '../../../charts/axisStyle';
import { taskColor } from '../../../charts/marks';
import { useWidth } from '../../../charts/useWidth';
import { formatTick } from '../../../format/numbers';

const heightPx = 230;

/** One row for each point, with the lines one after the other. Each line joins its own points in their order. */
const rowsOf = ({ lines }: CurveResult) =>
  lines.flatMap(({ points }, i) => points.map(([x, y]) => ({ x, [`line ${i}`]: y })));

export function CurveView({ result }: { result: CurveResult }) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  return (
    <div ref={box} className="result-curve" role="img" aria-label={`${result.y} against ${result.x}`}>
      {width > 0 && (
        <LineChart
          width={width}
          height={heightPx}
          data={rowsOf(result)}
          margin={{ left: 0, right: 8, top: 8, bottom: 16 }}
          accessibilityLayer={false}
        >
          <CartesianGrid stroke={rule} strokeOpacity={0.8} />
          <XAxis
            type="number"
            dataKey="x"
            domain={['dataMin', 'dataMax']}
            tick={axisText}
            tickFormatter={formatTick}
            stroke={rule}
            label={{ value: result.x, position: 'insideBottom', offset: -10, ...axisText }}
          />
          <YAxis
            type="number"
            width={52}
            tick={axisText}
            tickFormatter={formatTick}
            stroke={rule}
            label={{
              value: result.y,
              angle: -90,
              position: 'insideLeft',
              offset: 10,
              style: { textAnchor: 'middle' },
              ...axisText,
            }}
          />
          {result.lines.map(({ label }, i) => (
            <Line
              key={label}
              name={label}
              dataKey={`line ${i}`}
              stroke={taskColor(i)}
              strokeWidth={2}
              dot={false}
              connectNulls
              isAnimationActive={false}
            />
          ))}
        </LineChart>
      )}
    </div>
  );
}
