/** @file Numbers and times as the charts write them. */

/** Six significant digits, about what a 32-bit number holds; no zeros at the end. */
export function formatValue(value: number): string {
  if (Number.isNaN(value)) return 'no label';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  return String(Number(value.toPrecision(6)));
}

/** A weight in a sentence: `.77`, `1`. */
export function formatShare(value: number): string {
  return Number.isNaN(value)
    ? 'none'
    : value
        .toFixed(2)
        .replace(/^0\./, '.')
        .replace(/^1\.00$/, '1');
}

/** `12.3 s`, `4:05`, `1:02:09`. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return '–';
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  const seconds = Math.floor(ms / 1000);
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** A tick of the y axis: short. */
export function formatTick(value: number): string {
  if (value !== 0 && (Math.abs(value) < 0.001 || Math.abs(value) >= 1e5)) return value.toExponential(0);
  return String(Number(value.toPrecision(4)));
}
