/** @file Value ↔ pixel: the same linear and logarithmic maps that the chart's axes draw. */

export type Domain = readonly [low: number, high: number];

export interface Scale {
  toPixel(value: number): number;
  toValue(pixel: number): number;
}

/** `range` in pixels; give `[bottom, top]` for a y axis. A domain of no width maps to the middle. */
export function createScale(domain: Domain, range: Domain, log = false): Scale {
  const forward = log ? Math.log : (value: number) => value;
  const backward = log ? Math.exp : (value: number) => value;
  const low = forward(domain[0]);
  const span = forward(domain[1]) - low;
  const width = range[1] - range[0];
  return {
    toPixel: value => range[0] + (span === 0 ? 0.5 : (forward(value) - low) / span) * width,
    toValue: pixel => backward(low + (width === 0 ? 0.5 : (pixel - range[0]) / width) * span),
  };
}
