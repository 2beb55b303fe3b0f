/** @file The drawing of more than three tasks: a mast with arms, and on each a pan that hangs as low as its task is heavy. */
import { useId } from 'react';
import { taskColor } from '../charts/marks';
import { drop, pansPose, shortestThread } from './pansPose';
import { accent, accentDeep, ink, mix, surface } from './sceneColors';
import { type Camera, project } from './seesawView';
import { Vessel } from './Vessel';

interface PansSceneProps {
  /** Shares of one, in task order. */
  weights: readonly number[];
  /** Filling of each ball, 0–1. */
  levels: readonly number[];
  /** What is written under each pan. */
  figures: readonly string[];
}

/** Nearly from the side: from front to back there are fewer pixels than a tenth of the weight sinks a pan. */
export const camera: Camera = { cx: 180, cy: 36, arm: 124, elevation: 3 };
const groundY = 214;
const flat = Math.sin((camera.elevation * Math.PI) / 180);
/** Shares of the weight that have a mark on the mast. */
const marks = [0, 0.25, 0.5, 0.75];

export function PansScene({ weights, levels, figures }: PansSceneProps) {
  const id = useId();
  const pose = pansPose(weights);
  const hub = project({ x: 0, y: 0, z: 0 }, camera);
  const level = project({ x: 0, y: 0, z: pose.level }, camera);
  const pans = pose.pans
    .map((pan, i) => ({
      i,
      depth: pan.y,
      r: Math.max((pose.radii[i] ?? 0) * camera.arm, 4),
      hook: project(pose.hooks[i] ?? pan, camera),
      dish: project(pan, camera),
      mark: project({ ...pan, z: pose.level }, camera),
    }))
    .sort((a, b) => b.depth - a.depth);
  const isBehind = ({ depth }: { depth: number }) => depth > 0;
  const arms = (behind: boolean) =>
    pans
      .filter(pan => isBehind(pan) === behind)
      .map(({ hook }) => `M${hub.x} ${hub.y}L${hook.x} ${hook.y}`)
      .join('');
  const ring = camera.arm * flat;

  return (
    <svg className="seesawScene" viewBox="0 18 360 216" aria-hidden="true">
      <defs>
        <filter id={`${id}soft`} filterUnits="userSpaceOnUse" x="0" y="170" width="360" height="90">
          <feGaussianBlur stdDeviation="6" />
        </filter>
        <linearGradient id={`${id}stand`} x1="0" x2="1">
          <stop offset="0.1" style={{ stopColor: `color-mix(in srgb, ${accent} 82%, #fff)` }} />
          <stop offset="0.5" style={{ stopColor: accent }} />
          <stop offset="1" style={{ stopColor: `color-mix(in srgb, ${accentDeep} 78%, #7a3d00)` }} />
        </linearGradient>
      </defs>

      <ellipse
        cx={hub.x}
        cy={groundY}
        rx="112"
        ry="11"
        fill="#000"
        opacity="0.2"
        filter={`url(#${id}soft)`}
      />
      <path d={arms(true)} style={{ stroke: mix(72) }} strokeWidth="4" strokeLinecap="round" />
      {pans.filter(isBehind).map(pan => (
        <Pan key={pan.i} {...pan} level={levels[pan.i] ?? 0} figure={figures[pan.i] ?? ''} />
      ))}

      <path
        d={`M${hub.x - 3} ${hub.y}L${hub.x + 3} ${hub.y}L${hub.x + 4} ${groundY - 10}L${hub.x - 4} ${groundY - 10}Z`}
        style={{ fill: mix(86) }}
      />
      <path
        d={`M${hub.x} ${groundY - 40}L${hub.x + 30} ${groundY - 2}A30 7 0 0 1 ${hub.x - 30} ${groundY - 2}Z`}
        fill={`url(#${id}stand)`}
        strokeLinejoin="round"
      />
      <ellipse
        cx={level.x}
        cy={level.y}
        rx={camera.arm}
        ry={ring}
        fill="none"
        style={{ stroke: ink }}
        strokeOpacity="0.32"
        strokeDasharray="1.5 4.5"
        strokeLinecap="round"
      />
      <path
        d={marks
          .map(share => project({ x: 0, y: 0, z: -(shortestThread + drop * share) }, camera))
          .map(({ x, y }) => `M${x - 2.5} ${y}H${x + 2.5}`)
          .join('')}
        style={{ stroke: surface }}
        strokeOpacity="0.7"
      />

      {pans
        .filter(pan => !isBehind(pan))
        .map(pan => (
          <Pan key={pan.i} {...pan} level={levels[pan.i] ?? 0} figure={figures[pan.i] ?? ''} />
        ))}
      <path d={arms(false)} style={{ stroke: mix(90) }} strokeWidth="5" strokeLinecap="round" />
      <circle cx={hub.x} cy={hub.y} r="6" style={{ fill: accent, stroke: mix(90) }} strokeWidth="2.5" />
    </svg>
  );
}

interface Point {
  x: number;
  y: number;
}
interface PanProps {
  i: number;
  r: number;
  hook: Point;
  dish: Point;
  /** Where the pan would hang with an equal share. */
  mark: Point;
  level: number;
  figure: string;
}

function Pan({ i, r, hook, dish, mark, level, figure }: PanProps) {
  const half = 11 + r * 0.4;
  const color = taskColor(i);
  return (
    <g>
      {mark.y > dish.y && (
        <path
          d={`M${dish.x} ${dish.y}V${mark.y}`}
          style={{ stroke: ink }}
          strokeOpacity="0.32"
          strokeDasharray="1.5 4.5"
          strokeLinecap="round"
        />
      )}
      <path
        d={`M${dish.x - half} ${dish.y}L${hook.x} ${hook.y}L${dish.x + half} ${dish.y}`}
        fill="none"
        style={{ stroke: mix(62) }}
        strokeWidth="1.1"
        strokeLinejoin="round"
      />
      <circle cx={hook.x} cy={hook.y} r="3" style={{ fill: mix(90) }} />
      <circle cx={mark.x} cy={mark.y} r="1.6" style={{ fill: ink }} fillOpacity="0.5" />
      <path
        d={`M${dish.x - half} ${dish.y}A${half} ${half * 0.42} 0 0 0 ${dish.x + half} ${dish.y}Z`}
        style={{ fill: mix(88) }}
      />
      <ellipse cx={dish.x} cy={dish.y} rx={half} ry={half * 0.16} style={{ fill: mix(66) }} />
      <Vessel x={dish.x} y={dish.y - r} r={r} level={level} color={color} />
      <text
        x={dish.x}
        y={dish.y + half * 0.42 + 12}
        className="seesawFigure"
        style={{ fill: color, stroke: surface }}
      >
        {figure}
      </text>
    </g>
  );
}
