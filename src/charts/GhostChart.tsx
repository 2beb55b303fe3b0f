/** @file The empty state of a chart: a faint drawing of the later chart, and a sentence. */
import './ghostChart.css';

interface GhostChartProps {
  text: string;
  height: number;
}

export function GhostChart({ text, height }: GhostChartProps) {
  return (
    <div className="chartGhost" style={{ height }}>
      <svg viewBox="0 0 600 200" preserveAspectRatio="none" aria-hidden="true">
        <g fill="none" stroke="var(--line, #d3dbe7)">
          <path d="M0 50H600M0 100H600M0 150H600" strokeWidth="1" />
          <g strokeWidth="2.5" strokeLinecap="round" vectorEffect="non-scaling-stroke">
            <path d="M0 100C60 100 90 48 150 48S250 158 330 164S520 150 600 152" />
            <path d="M0 100C60 100 90 152 150 152S250 42 330 36S520 50 600 48" strokeDasharray="7 6" />
          </g>
        </g>
      </svg>
      <p>{text}</p>
    </div>
  );
}
