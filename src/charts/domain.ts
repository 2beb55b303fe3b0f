/** @file Decides which part of the value axis a chart shows, and where the ticks are. */
import { nice, quantile, range } from 'd3-array';

export type Domain = readonly [low: number, high: number];

/** The share of the values that "ignore outliers" leaves out at each end, as TensorBoard does. */
const outlierShare = 0.05;

/** Powers of ten inside `domain`, with 3, or 2 and 5, between them when there are few. d3's own log ticks are too many. */
export function logTicks(domain: Domain): number[] {
  const decades = Math.log10(domain[1] / domain[0]);
  const factors = decades > 3 ? [1] : decades > 1.5 ? [1, 3] : [1, 2, 5];
  const ticks: number[] = [];
  for (let e = Math.floor(Math.log10(domain[0])); e <= Math.ceil(Math.log10(domain[1])); e++)
    for (const factor of factors) {
      const tick = Number(`${factor}e${e}`);
      if (tick >= domain[0] * 0.999 && tick <= domain[1] * 1.001) ticks.push(tick);
    }
  return ticks;
}

const timeSteps = [
  0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400,
];

/** Ticks of a time axis in ms: whole seconds, minutes or hours. d3's are those of a calendar, which elapsed time has not. */
export function timeTicks(domain: Domain, count: number): number[] {
  const span = (domain[1] - domain[0]) / 1000;
  const step = 1000 * (timeSteps.find(seconds => span / seconds <= count) ?? 86400);
  return range(Math.ceil(domain[0] / step), Math.floor(domain[1] / step) + 1).map(i => Math.round(i * step));
}

/** A domain from zero, or from below it, to the next round number above the largest value. */
export function lossDomain(low: number, high: number): Domain {
  if (!(high > -Infinity)) return [0, 1];
  const bottom = Math.min(0, low);
  // There is a little space above the largest value. If all losses are 0, the axis ends at 1.
  const top = high > 0 ? high * 1.02 : bottom < 0 ? 0 : 1;
  return nice(bottom, top, 4);
}

/** A domain of positive values with a little space around them. Its ends differ by at least a factor of two. */
export function logDomain(low: number, high: number): Domain {
  if (!(high > 0)) return [0.1, 1];
  const bottom = Math.min(low > 0 ? low : high / 1000, high / 2);
  return [bottom / 1.1, high * 1.1];
}

/**
 * The domain of `values` without outliers and NaN, with a tenth of space around it, or null when there is nothing to
 * leave out.
 */
export function percentileDomain(values: readonly number[], log: boolean): Domain | null {
  const shown = values.filter(value => Number.isFinite(value) && (!log || value > 0));
  if (shown.length < 20) return null;
  const low = quantile(shown, outlierShare) ?? 0;
  const high = quantile(shown, 1 - outlierShare) ?? 0;
  if (!(high > low)) return null;
  if (log) return logDomain(low, high);
  const air = (high - low) * 0.1;
  return [low >= 0 ? Math.max(0, low - air) : low - air, high + air];
}
