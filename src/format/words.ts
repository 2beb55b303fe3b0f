/** @file Numbers as a person reads them. */
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];

export const count = (n: number) => whole.format(n);

/** `1 image`, `2 images`. */
export const counted = (n: number, one: string, many = `${one}s`) => `${count(n)} ${n === 1 ? one : many}`;

/** Decimal units, three digits: `136 MB`. */
export function bytes(n: number): string {
  const power = n < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(n) / 3));
  return `${short.format(n / 1000 ** power)} ${units[power]}`;
}

export const rate = (n: number) => (n > 0 ? short.format(n) : '–');

/** A loss or a weight in a table; a dash where there is none. */
export const fixed = (value: number | null | undefined, digits = 3) =>
  value === null || value === undefined || Number.isNaN(value) ? '–' : value.toFixed(digits);

export const percent = (share: number | null | undefined) =>
  share === null || share === undefined || Number.isNaN(share) ? '–' : `${(share * 100).toFixed(1)} %`;

/** `photo` → `Photo`: labels come from folder names. */
export const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
