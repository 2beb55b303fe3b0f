/** @file Shows the name of the product beside a see-saw, which tilts like that of the newest shown run. */
import { weightShares } from '../../state/history';
import { shownRuns } from '../../state/store';
import { useAppState } from '../../state/useApp';
import './masthead.css';

const fullTiltDegrees = 18;

export function Masthead() {
  // The angle is in whole degrees, so that the mark does not render again with every step.
  const tilt = useAppState(state => {
    const [run] = shownRuns(state);
    const weights = run ? weightShares(run.history) : [];
    const lean = (weights.at(-1) ?? 0.4) - (weights[0] ?? 0.6);
    return Math.round(Math.max(-1, Math.min(1, lean)) * fullTiltDegrees);
  });
  return (
    <header className="masthead">
      <svg className="mark" viewBox="-32 -28 64 52" aria-hidden="true">
        <path className="mark-fulcrum" d="M0 0 13 22H-13z" />
        <g className="mark-plank" style={{ transform: `rotate(${tilt}deg)` }}>
          <path d="M-28 0H28" />
          <circle className="mark-first" cx="-19" cy="-11" r="9.5" />
          <circle className="mark-last" cx="20" cy="-8.5" r="7" />
        </g>
      </svg>
      <div>
        <h1>Seesaw</h1>
        <p>Watch tasks trade weight</p>
      </div>
    </header>
  );
}
