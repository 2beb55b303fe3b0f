/** @file SVG path data of one line. */
import type { ChartModel, LineModel } from './chartModel';
import { rowX } from './rows';
import type { Scale } from './scale';

/** NaN, and what a log axis cannot show, interrupt the line; a lone point becomes a dot (round line caps draw it). */
export function linePath(model: ChartModel, line: LineModel, smooth: boolean, x: Scale, y: Scale): string {
  const rows = smooth ? line.smoothRows : line.rawRows;
  let path = '';
  let open = false;
  for (const row of rows) {
    const value = smooth ? line.series.smooth(row) : line.series.raw(row);
    if (!Number.isFinite(value) || (model.logY && value <= 0)) {
      open = false;
      continue;
    }
    // A tenth of a pixel: half the text of full precision, and nobody can see the rest.
    const px = Math.round(x.toPixel(rowX(line.run, model.axis, row)) * 10) / 10;
    const py = Math.round(y.toPixel(value) * 10) / 10;
    path += open ? `L${px} ${py}` : `M${px} ${py}h0`;
    open = true;
  }
  return path;
}
