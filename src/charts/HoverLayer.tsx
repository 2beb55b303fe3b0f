/** @file The cross-hair, its dots and the tooltip of one plot; follows the shared hover position. */
import { useSyncExternalStore } from 'react';
import { formatDuration, formatValue } from '../format/numbers';
import type { ChartModel, LineModel } from './chartModel';
import { formatX } from './formatX';
import type { HoverStore } from './hoverStore';
import { runDash, taskColor } from './marks';
import type { PlotFrame } from './plotFrame';
import { nearestRow, rowX } from './rows';
import type { RunSeries } from './types';
import './hoverLayer.css';

interface HoverLayerProps {
  store: HoverStore;
  model: ChartModel;
  frame: PlotFrame;
  lines: readonly LineModel[];
  dashed: boolean;
}

/** The usual width of the tooltip, in CSS pixels. */
const tipWidth = 260;

function groupByRun(lines: readonly LineModel[]): [RunSeries, LineModel[]][] {
  const groups = new Map<string, [RunSeries, LineModel[]]>();
  for (const line of lines) {
    const group = groups.get(line.run.runId);
    if (group) group[1].push(line);
    else groups.set(line.run.runId, [line.run, [line]]);
  }
  return [...groups.values()];
}

export function HoverLayer({ store, model, frame, lines, dashed }: HoverLayerProps) {
  const hovered = useSyncExternalStore(store.subscribe, store.get);
  if (hovered === null || hovered < model.xDomain[0] || hovered > model.xDomain[1]) return null;
  const x = frame.x(hovered);
  const onRight = x - frame.left > frame.plotWidth / 2;
  const room = (onRight ? x : frame.width - x) - 12;
  // In a narrow chart the tooltip stays at the edge away from the cursor, so that it does not leave the page.
  const side = onRight
    ? { right: room < tipWidth ? 'auto' : frame.width - x + 12, left: room < tipWidth ? 0 : 'auto' }
    : { left: room < tipWidth ? 'auto' : x + 12, right: room < tipWidth ? 0 : 'auto' };
  const groups = groupByRun(lines);
  const smoothed = lines.some(line => line.series.isSmoothed);

  return (
    <>
      <svg
        className="chartHover"
        width={frame.width}
        height={frame.height}
        data-export="skip"
        aria-hidden="true"
      >
        <line
          x1={x}
          x2={x}
          y1={frame.top}
          y2={frame.top + frame.plotHeight}
          stroke="var(--ink, #101a30)"
          strokeOpacity={0.45}
        />
        {lines.map(line => {
          const row = nearestRow(line.run, model.axis, hovered);
          const value = line.series.smooth(row);
          if (row < 0 || !Number.isFinite(value) || (model.logY && value <= 0)) return null;
          const cy = frame.y(value);
          if (cy < frame.top - 2 || cy > frame.top + frame.plotHeight + 2) return null;
          return (
            <circle
              key={line.key}
              cx={frame.x(rowX(line.run, model.axis, row))}
              cy={cy}
              r={4}
              fill={taskColor(line.task)}
              stroke="var(--surface, #fff)"
              strokeWidth={1.6}
            />
          );
        })}
      </svg>
      <div
        className="chartTip"
        style={{ ...side, top: frame.top + 4 }}
        data-export="skip"
        role="presentation"
      >
        <table>
          <thead>
            <tr className="chartTipHead">
              <th scope="col" className="chartTipStep">
                {model.axis === 'step' ? `step ${formatX(hovered, 'step')}` : formatX(hovered, model.axis)}
              </th>
              {smoothed && (
                <th scope="col" className="chartTipCell">
                  raw
                </th>
              )}
              <th scope="col" className="chartTipCell">
                {smoothed ? 'smoothed' : 'value'}
              </th>
            </tr>
          </thead>
          {groups.map(([run, own]) => {
            const row = nearestRow(run, model.axis, hovered);
            if (row < 0) return null;
            return (
              <tbody key={run.runId}>
                <tr>
                  <th scope="rowgroup" className="chartTipRun" colSpan={smoothed ? 3 : 2}>
                    {run.methodLabel}
                    <span className="chartTipDetail">
                      {run.runName}
                      {model.axis === 'step' && run.step(row) === hovered ? '' : ` · step ${run.step(row)}`} ·{' '}
                      {formatDuration(run.elapsedMs(row))}
                    </span>
                  </th>
                </tr>
                {own.map(line => (
                  <tr key={line.key}>
                    <th scope="row" className="chartTipTask">
                      <svg className="chartTipSwatch" width="18" height="8" aria-hidden="true">
                        <line
                          x1="1"
                          x2="17"
                          y1="4"
                          y2="4"
                          stroke={taskColor(line.task)}
                          strokeWidth="2.4"
                          strokeDasharray={dashed ? runDash(line.runIndex) || undefined : undefined}
                        />
                      </svg>
                      {line.taskLabel}
                    </th>
                    {smoothed && <td className="chartTipCell">{formatValue(line.series.raw(row))}</td>}
                    <td className="chartTipCell">{formatValue(line.series.smooth(row))}</td>
                  </tr>
                ))}
              </tbody>
            );
          })}
        </table>
      </div>
    </>
  );
}
