/** @file Positions on the x axis in words. */
import { formatDuration } from '../format/numbers';
import type { ChartAxis } from './types';

const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
});

/** A position on the x axis, in the form of its ticks. */
export function formatX(x: number, axis: ChartAxis): string {
  if (axis === 'wall') return clock.format(x);
  if (axis === 'relative') return x === 0 ? '0' : formatDuration(x);
  return x >= 10_000 && x % 100 === 0 ? `${x / 1000}k` : String(x);
}
