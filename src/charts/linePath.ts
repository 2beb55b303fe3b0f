/** @file SVG path data of one line. */
import { line as shape } from 'd3-shape';
import type { ChartModel, LineModel } from './chartModel';
import type { PlotFrame } from './plotFrame';
import { rowX } from './rows';

/** NaN, and what a log axis cannot show, interrupt the line; a lone point becomes a dot (round line caps draw it). */
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
    // A tenth of a pixel: half the text of full precision, and nobody can see the rest.
    .digits(1);
  return path(smooth ? line.smoothRows : line.rawRows) ?? '';
}
