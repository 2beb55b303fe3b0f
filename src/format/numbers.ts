/** @file Formats numbers and times for tables, sentences, axes and tooltips. */
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];

export const count = (n: number) => whole.format(n);

/** A number of bytes in decimal units with three digits: `136 MB`. */
export function bytes(n: number): string {
  const power = n < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(n) / 3));
  return `${short.format(n / 1000 ** power)} ${units[power]}`;
}

export const rate = (n: number) => (n > 0 ? short.format(n) : '–');

/** A loss or a weight in a table. It is a dash where there is none. */
export const fixed = (value: number | null | undefined, digits = 3) =>
  value === null || value === undefined || Number.isNaN(value) ? '–' : value.toFixed(digits);

export const percent = (share: number | null | undefined) =>
  share === null || share === undefined || Number.isNaN(share) ? '–' : `${(share * 100).toFixed(1)} %`;

/** A value with six significant digits, which is about the precision of a 32-bit number, and without zeros at the end. */
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

/** A duration: `12.3 s`, `4:05` or `1:02:09`. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return '–';
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  const seconds = Math.floor(ms / 1000);
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** A number that is known roughly: two digits, then zeros. */
export const roughCount = (n: number) => count(Number(n.toPrecision(2)));

/** A duration that is known roughly: `less than 1 s`, `2 s`, `3 min`, `5 h`, `4 days`. */
export function roughDuration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 1) return 'less than 1 s';
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${count(seconds / 86_400)} days`;
}

/** A tick of the y axis, in a short form. */
export function formatTick(value: number): string {
  if (value !== 0 && (Math.abs(value) < 0.001 || Math.abs(value) >= 1e5)) return value.toExponential(0);
  return String(Number(value.toPrecision(4)));
}
