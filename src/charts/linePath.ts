/** @file SVG path data of one line. */
import { line as shape } from 'd3-shape';
import type { ChartModel, LineModel } from './chartModel';
import type { PlotFrame } from './plotFrame';
import { rowX } from './rows';

/**
 * The path of a line. NaN, and values that a log axis cannot show, interrupt it. A single point becomes a dot, because
 * the line caps are round.
 */
export function linePath(
  model: Pick<ChartModel, 'axis' | 'logY'>,
  line: LineModel,
  smooth: boolean,
  { x, y }: Pick<PlotFrame, 'x' | 'y'>,
): string {
  const value = (row: number) => (smooth ? line.series.smooth(row) : line.series.raw(row));
  const path = shape<number>(
    row => x(rowX(line.run, model.axis, row)),
    row => y(value(row)),
  )
    .defined(row => Number.isFinite(value(row)) && !(model.logY && value(row) <= 0))
    // A tenth of a pixel is enough, and the text is half as long as with full precision.
    .digits(1);
  return path(smooth ? line.smoothRows : line.rawRows) ?? '';
}
