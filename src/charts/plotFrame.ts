/** @file The rectangle inside a chart where data is drawn, and the scales that fill it. */
import { type ScaleContinuousNumeric, scaleLinear, scaleLog } from 'd3-scale';
import type { ChartModel } from './chartModel';

export const plotMargin = { left: 44, right: 14, top: 20, bottom: 24 } as const;

export interface PlotFrame {
  width: number;
  height: number;
  left: number;
  top: number;
  plotWidth: number;
  plotHeight: number;
  /** From a value to its pixel; `invert` leads back. */
  x: ScaleContinuousNumeric<number, number>;
  y: ScaleContinuousNumeric<number, number>;
}

/** `width` and `height` of the whole chart in CSS pixels. */
export function createFrame(
  model: Pick<ChartModel, 'xDomain' | 'yDomain' | 'logY'>,
  width: number,
  height: number,
): PlotFrame {
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
    x: scaleLinear(model.xDomain, [left, left + plotWidth]),
    y: (model.logY ? scaleLog : scaleLinear)(model.yDomain, [top + plotHeight, top]),
  };
}
