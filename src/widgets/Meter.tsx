/** @file Progress with counts. */
import './widgets.css';

interface MeterProps {
  label: string;
  done: number;
  /** 0 = not known yet: the bar runs without an end. */
  total: number;
  /** What is counted: `images`. */
  unit?: string;
}

const count = new Intl.NumberFormat('en');

export function Meter({ label, done, total, unit = '' }: MeterProps) {
  const known = total > 0;
  const value = known ? Math.min(Math.max(done, 0), total) : 0;
  const text = known
    ? `${count.format(value)} of ${count.format(total)} ${unit}`.trim()
    : `${count.format(done)} ${unit}`.trim();
  return (
    <div className="meter">
      <div className="meterText">
        <span>{label}</span>
        <span className="meterCount">{text}</span>
      </div>
      <div
        className="meterTrack"
        role="progressbar"
        aria-label={label}
        aria-valuetext={text}
        {...(known && { 'aria-valuemin': 0, 'aria-valuemax': total, 'aria-valuenow': value })}
      >
        <div
          className={known ? 'meterFill' : 'meterFill meterFillOpen'}
          style={known ? { transform: `scaleX(${value / total})` } : undefined}
        />
      </div>
    </div>
  );
}
