/** @file A glass ball: its area is the task's weight, its filling the task's loss. The surface of the filling stays level. */
import { useId } from 'react';

interface VesselProps {
  /** Centre and radius in pixels of the drawing. */
  x: number;
  y: number;
  r: number;
  /** Height of the filling, 0–1 of the ball's. */
  level: number;
  color: string;
}

export function Vessel({ x, y, r, level, color }: VesselProps) {
  const id = useId();
  const filled = Math.min(1, Math.max(0, level));
  const surface = y + r - 2 * r * filled;
  const chord = Math.sqrt(Math.max(0, r * r - (surface - y) ** 2));
  return (
    <g>
      <defs>
        <radialGradient id={`${id}glass`} cx="0.36" cy="0.3" r="0.75">
          <stop offset="0" stopColor="#fff" stopOpacity="0.5" />
          <stop offset="0.45" stopColor="#fff" stopOpacity="0.06" />
          <stop offset="1" stopColor="#000" stopOpacity="0.22" />
        </radialGradient>
        <clipPath id={`${id}ball`}>
          <circle cx={x} cy={y} r={r} />
        </clipPath>
      </defs>
      <circle
        cx={x}
        cy={y}
        r={r}
        style={{ fill: `color-mix(in srgb, ${color} 20%, var(--surface, #fff))` }}
      />
      <g clipPath={`url(#${id}ball)`}>
        <rect x={x - r} y={surface} width={2 * r} height={2 * r} fill={color} />
        {filled > 0 && filled < 1 && (
          <ellipse
            cx={x}
            cy={surface}
            rx={chord}
            ry={chord * 0.2}
            style={{ fill: `color-mix(in srgb, ${color} 72%, #fff)` }}
          />
        )}
      </g>
      <circle cx={x} cy={y} r={r} fill={`url(#${id}glass)`} />
      <circle
        cx={x}
        cy={y}
        r={Math.max(0, r - 0.6)}
        fill="none"
        strokeWidth="1.2"
        style={{ stroke: `color-mix(in srgb, ${color} 70%, var(--ink, #101a30))` }}
        strokeOpacity="0.75"
      />
      <ellipse
        cx={x - r * 0.34}
        cy={y - r * 0.5}
        rx={r * 0.24}
        ry={r * 0.13}
        transform={`rotate(-32 ${x - r * 0.34} ${y - r * 0.5})`}
        fill="#fff"
        opacity="0.7"
      />
    </g>
  );
}
