/** @file A line the size of a word. */
import { MinMaxPyramid } from '../charts/decimate';
import './widgets.css';

interface SparklineProps {
  values: readonly number[];
  /** What it shows; its last value is added for screen readers. */
  label: string;
  color?: string;
  width?: number;
  height?: number;
  /** Fixed value range; default that of the values. */
  domain?: readonly [number, number];
}

/** Path data through `values` (NaN interrupts it) in a box of `width × height`, at most two points a pixel. */
export function sparklinePath(
  values: readonly number[],
  width: number,
  height: number,
  domain?: readonly [number, number],
): string {
  const pyramid = new MinMaxPyramid(row => values[row] ?? Number.NaN);
  pyramid.extend(values.length);
  const rows = pyramid.pick(0, values.length, Math.max(8, 2 * width));
  const finite = rows.map(row => values[row] ?? Number.NaN).filter(Number.isFinite);
  const low = domain?.[0] ?? Math.min(...finite);
  const high = domain?.[1] ?? Math.max(...finite);
  let path = '';
  let open = false;
  for (const row of rows) {
    const value = values[row] ?? Number.NaN;
    if (!Number.isFinite(value)) {
      open = false;
      continue;
    }
    const x = values.length > 1 ? (row / (values.length - 1)) * width : width / 2;
    const y = high > low ? height - ((value - low) / (high - low)) * height : height / 2;
    path += `${open ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}${open ? '' : 'h0'}`;
    open = true;
  }
  return path;
}

export function Sparkline({ values, label, color, width = 96, height = 24, domain }: SparklineProps) {
  const last = values.findLast(Number.isFinite);
  return (
    <svg
      className="sparkline"
      width={width}
      height={height + 4}
      viewBox={`0 -2 ${width} ${height + 4}`}
      role="img"
      aria-label={last === undefined ? `${label}: no value yet` : `${label}: now ${last.toPrecision(3)}`}
    >
      <path
        d={sparklinePath(values, width, height, domain)}
        fill="none"
        stroke={color ?? 'var(--ink, #101a30)'}
        strokeWidth="1.5"
        strokeLinejoin="round"
        strokeLinecap="round"
      />
    </svg>
  );
}
