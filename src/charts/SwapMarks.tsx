/** @file Vertical marks where the largest weight passed from one task to another. */
import type { ChartModel, LineModel } from './chartModel';
import { runDash, taskColor } from './marks';
import type { PlotFrame } from './plotFrame';
import { lowerBound, rowX } from './rows';
import { placeSwapMarks } from './swapMarks';
import type { SwapEvent } from './types';

interface SwapMarksProps {
  swaps: readonly SwapEvent[];
  lines: readonly LineModel[];
  model: ChartModel;
  frame: PlotFrame;
}

/** Two dots in the colours of the tasks before and after a swap, in the middle of the label's line. */
function SwapDots({ swap, x, y }: { swap: SwapEvent; x: number; y: number }) {
  return (
    <>
      <circle cx={x} cy={y} r={2.6} fill={taskColor(swap.from)} />
      <circle cx={x} cy={y + 6.5} r={2.6} fill={taskColor(swap.to)} />
    </>
  );
}

export function SwapMarks({ swaps, lines, model, frame }: SwapMarksProps) {
  const byRun = new Map(lines.map(line => [line.run.runId, line]));
  const toX = (swap: SwapEvent) => {
    const line = byRun.get(swap.runId);
    if (!line) return Number.NaN;
    const row = Math.min(lowerBound(line.run, 'step', swap.step), line.run.length - 1);
    return frame.x(rowX(line.run, model.axis, row)) - frame.left;
  };
  const marks = placeSwapMarks(swaps, toX, { width: frame.plotWidth });
  const bottom = frame.top + frame.plotHeight;
  return (
    <g>
      {marks.map(mark => {
        const [first] = mark.swaps;
        const last = mark.swaps.at(-1);
        if (!first || !last) return null;
        const x = frame.left + mark.x;
        const line = byRun.get(first.runId);
        return (
          <g key={`${first.runId}/${first.step}`} data-swap={first.step}>
            <line
              x1={x}
              x2={x}
              y1={frame.top}
              y2={bottom}
              stroke="var(--ink-soft, #505b73)"
              strokeOpacity={0.6}
              strokeWidth={1}
              strokeDasharray={runDash(line?.runIndex ?? 0) || '3 3'}
            />
            <SwapDots swap={{ ...first, to: last.to }} x={x} y={frame.top + 1} />
            {mark.label && (
              <text
                x={frame.left + mark.label.x}
                y={frame.top - 7}
                textAnchor={mark.label.anchor}
                fontSize={11}
                fill="var(--ink-soft, #505b73)"
              >
                {mark.label.text}
              </text>
            )}
          </g>
        );
      })}
    </g>
  );
}
