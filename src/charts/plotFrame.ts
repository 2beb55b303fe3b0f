/** @file The rectangle inside a chart where data is drawn, and the scales that fill it. */
import type { ChartModel } from './chartModel';
import { createScale, type Scale } from './scale';

export const plotMargin = { left: 44, right: 14, top: 20, bottom: 24 } as const;

export interface PlotFrame {
  width: number;
  height: number;
  left: number;
  top: number;
  plotWidth: number;
  plotHeight: number;
  x: Scale;
  y: Scale;
}

/** `width` and `height` of the whole chart in CSS pixels. */
export function createFrame(model: ChartModel, width: number, height: number): PlotFrame {
  const { left, right, top, bottom } = plotMargin;
  const plotWidth = Math.max(1, width - left - right);
  const plotHeight = Math.max(1, height - top - bottom);
  return {
    width,
    height,
    left,
    top,
    plotWidth,
    plotHeight,
    x: createScale(model.xDomain, [left, left + plotWidth]),
    y: createScale(model.yDomain, [top + plotHeight, top], model.logY),
  };
}
