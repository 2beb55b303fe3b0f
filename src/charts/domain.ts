/** @file What part of the value axis a chart shows, and where its ticks stand. */
import type { Domain } from './scale';

/** Shares of the values that "ignore outliers" leaves out at either end, as TensorBoard does. */
const outlierShare = 0.05;

/** 1, 2 or 5 times a power of ten: the distance of about `count` ticks over `span`. */
export function tickStep(span: number, count: number): number {
  if (!(span > 0)) return 1;
  const rough = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = rough / power;
  return power * (factor > 5 ? 10 : factor > 2 ? 5 : factor > 1 ? 2 : 1);
}

/** Multiples of a round step inside `domain`. */
export function linearTicks(domain: Domain, count: number): number[] {
  const step = tickStep(domain[1] - domain[0], count);
  const first = Math.ceil(domain[0] / step - 1e-9);
  const last = Math.floor(domain[1] / step + 1e-9);
  // Dividing by the reciprocal of a step below 1 keeps 0.6 from printing as 0.6000000000000001.
  const scale = step < 1 ? Math.round(1 / step) : 0;
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) =>
    scale ? (first + i) / scale : (first + i) * step,
  );
}

/** Powers of ten inside `domain`, with 2 and 5 between them when there are few. */
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

/** Ticks of a time axis in ms: whole seconds, minutes or hours. */
export function timeTicks(domain: Domain, count: number): number[] {
  const span = (domain[1] - domain[0]) / 1000;
  const step = 1000 * (timeSteps.find(seconds => span / seconds <= count) ?? 86400);
  const first = Math.ceil(domain[0] / step);
  return Array.from({ length: Math.max(0, Math.floor(domain[1] / step) - first + 1) }, (_, i) =>
    Math.round((first + i) * step),
  );
}

/** From zero (or below) to the next round number above the largest value. */
export function lossDomain(low: number, high: number): Domain {
  if (!(high > -Infinity)) return [0, 1];
  const bottom = Math.min(0, low);
  const step = tickStep(high - bottom || 1, 5);
  return [Math.floor(bottom / step) * step, Math.ceil((high * 1.02) / step) * step || step];
}

/** Positive values with a little air; a domain of at least a factor of two. */
export function logDomain(low: number, high: number): Domain {
  if (!(high > 0)) return [0.1, 1];
  const bottom = Math.min(low > 0 ? low : high / 1000, high / 2);
  return [bottom / 1.1, high * 1.1];
}

/** The middle part of `values` (NaN ignored) with a tenth of air, or null when there is nothing to trim. */
export function percentileDomain(values: readonly number[], log: boolean): Domain | null {
  const sorted = values.filter(value => Number.isFinite(value) && (!log || value > 0)).sort((a, b) => a - b);
  if (sorted.length < 20) return null;
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  const low = at(outlierShare);
  const high = at(1 - outlierShare);
  if (!(high > low)) return null;
  if (log) return logDomain(low, high);
  const air = (high - low) * 0.1;
  return [low >= 0 ? Math.max(0, low - air) : low - air, high + air];
}
