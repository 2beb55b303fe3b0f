/** @file The drawing of the see-saw: ground shadow, fulcrum, plank or plate, balls back to front. */
import { useId } from 'react';
import { taskColor } from '../charts/marks';
import { accent, accentDeep, ink, mix, surface } from './sceneColors';
import { maxTiltDegrees, type Point3, seesawPose } from './seesawPose';
import { type Camera, hull, outset, project, roundedPolygon } from './seesawView';
import { Vessel } from './Vessel';

interface SeesawSceneProps {
  /** Shares of one, in task order. */
  weights: readonly number[];
  /** Filling of each ball, 0–1. */
  levels: readonly number[];
}

const plankCamera: Camera = { cx: 180, cy: 112, arm: 122, elevation: 14 };
const plateCamera: Camera = { cx: 180, cy: 118, arm: 126, elevation: 34 };
const groundY = 184;

/** Outline of the plank: a long thin slab; of the plate: its corners pushed out. */
function outline(corners: readonly Point3[]): Point3[] {
  const [left, right] = corners;
  if (corners.length > 2 || !left || !right) return outset(corners, 1.16);
  const half = 0.13;
  const ends = outset([left, right], 1.14);
  return ends.flatMap((end, i) => [
    { ...end, y: i === 0 ? -half : half },
    { ...end, y: i === 0 ? half : -half },
  ]);
}

export function SeesawScene({ weights, levels }: SeesawSceneProps) {
  const id = useId();
  const pose = seesawPose(weights);
  const plank = weights.length <= 2;
  const camera = plank ? plankCamera : plateCamera;
  const edge = outline(pose.corners);
  const thick = plank ? 0.062 : 0.055;
  const top = edge.map(point => project(point, camera));
  const under = edge.map(({ x, y, z }) =>
    project(
      { x: x - pose.normal.x * thick, y: y - pose.normal.y * thick, z: z - pose.normal.z * thick },
      camera,
    ),
  );
  const level = outline(seesawPose(weights.map(() => 1)).corners);
  const radius = plank ? 7 : 24;

  // The shadow is the slab seen from above, lying on the ground.
  const drop = groundY - camera.cy;
  const shadow = edge.map(point => {
    const flat = project({ ...point, z: 0 }, camera);
    return { x: flat.x + point.z * 14, y: flat.y + drop };
  });
  const mass = project(pose.mass, camera);
  const middle = project({ x: 0, y: 0, z: 0 }, camera);
  const spokes = pose.corners
    .map(corner => project(corner, camera))
    .map(end => `M${middle.x} ${middle.y}L${end.x} ${end.y}`)
    .join('');
  const balls = pose.corners
    .map((corner, i) => {
      const r = pose.radii[i] ?? 0;
      const center = {
        x: corner.x + pose.normal.x * r,
        y: corner.y + pose.normal.y * r,
        z: corner.z + pose.normal.z * r,
      };
      return {
        i,
        depth: corner.y,
        r: r * camera.arm,
        foot: project(corner, camera),
        at: project(center, camera),
      };
    })
    .sort((a, b) => b.depth - a.depth);

  return (
    <svg className="seesawScene" viewBox={plank ? '0 26 360 184' : '0 6 360 222'} aria-hidden="true">
      <defs>
        <filter id={`${id}soft`} filterUnits="userSpaceOnUse" x="0" y="120" width="360" height="130">
          <feGaussianBlur stdDeviation="7" />
        </filter>
        <filter id={`${id}near`} x="-60%" y="-100%" width="220%" height="300%">
          <feGaussianBlur stdDeviation="2.2" />
        </filter>
        <linearGradient id={`${id}stand`} x1="0" x2="1">
          <stop offset="0.1" style={{ stopColor: `color-mix(in srgb, ${accent} 82%, #fff)` }} />
          <stop offset="0.5" style={{ stopColor: accent }} />
          <stop offset="1" style={{ stopColor: `color-mix(in srgb, ${accentDeep} 78%, #7a3d00)` }} />
        </linearGradient>
        <linearGradient id={`${id}top`} x1="0" x2="0.25" y1="0" y2="1">
          <stop offset="0" style={{ stopColor: mix(80) }} />
          <stop offset="1" style={{ stopColor: mix(92) }} />
        </linearGradient>
      </defs>

      {plank && <Scale camera={camera} />}
      <path
        d={roundedPolygon(shadow, radius)}
        fill="#000"
        opacity={plank ? 0.24 : 0.17}
        filter={`url(#${id}soft)`}
      />
      <ellipse
        cx="180"
        cy={groundY}
        rx="44"
        ry={plank ? 6 : 11}
        fill="#000"
        opacity="0.28"
        filter={`url(#${id}near)`}
      />
      <path
        d={
          plank
            ? roundedPolygon(
                [
                  { x: 180, y: camera.cy - 3 },
                  { x: 222, y: groundY + 2 },
                  { x: 138, y: groundY + 2 },
                ],
                7,
              )
            : `M180 ${camera.cy}L213 ${groundY - 2}A33 11 0 0 1 147 ${groundY - 2}Z`
        }
        fill={`url(#${id}stand)`}
      />

      <path
        d={roundedPolygon(hull([...top, ...under]), radius)}
        style={{ fill: `color-mix(in srgb, ${mix(90)} 82%, #000)` }}
      />
      <path
        d={roundedPolygon(top, radius)}
        fill={`url(#${id}top)`}
        style={{ stroke: mix(66) }}
        strokeWidth="0.8"
      />
      <path
        d={roundedPolygon(
          level.map(point => project(point, camera)),
          radius,
        )}
        fill="none"
        style={{ stroke: ink }}
        strokeOpacity="0.32"
        strokeWidth="1"
        strokeDasharray="1.5 4.5"
        strokeLinecap="round"
      />

      {!plank && (
        <path d={spokes} fill="none" style={{ stroke: surface }} strokeOpacity="0.28" strokeWidth="1" />
      )}
      <circle
        cx={middle.x}
        cy={middle.y}
        r="3.6"
        fill="none"
        style={{ stroke: surface }}
        strokeOpacity="0.75"
        strokeWidth="1.1"
      />
      <ellipse cx={mass.x} cy={mass.y} rx="3.8" ry={plank ? 2.4 : 2.9} style={{ fill: accent }} />

      {balls.map(({ i, r, foot, at }) => (
        <g key={i}>
          <ellipse
            cx={foot.x + r * 0.12}
            cy={foot.y + 1}
            rx={r * 0.72}
            ry={r * (plank ? 0.15 : 0.34)}
            fill="#000"
            opacity="0.3"
            filter={`url(#${id}near)`}
          />
          <Vessel x={at.x} y={at.y} r={Math.max(r, 4)} level={levels[i] ?? 0} color={taskColor(i)} />
        </g>
      ))}
    </svg>
  );
}

/** Arcs that the plank's ends travel, with a tick where the weights are equal. */
function Scale({ camera }: { camera: Camera }) {
  const reach = camera.arm * 1.14 + 9;
  const at = (degrees: number, side: number, extra = 0) => {
    const angle = (degrees * Math.PI) / 180;
    return `${180 + side * (reach + extra) * Math.cos(angle)} ${camera.cy - (reach + extra) * Math.sin(angle)}`;
  };
  return (
    <g fill="none" style={{ stroke: ink }} strokeLinecap="round">
      {[-1, 1].map(side => (
        <g key={side}>
          <path
            d={`M${at(maxTiltDegrees, side)}A${reach} ${reach} 0 0 ${side > 0 ? 1 : 0} ${at(-maxTiltDegrees, side)}`}
            strokeOpacity="0.2"
          />
          <path d={`M${at(0, side, -3)}L${at(0, side, 6)}`} strokeOpacity="0.7" strokeWidth="1.4" />
          {[-maxTiltDegrees, -maxTiltDegrees / 2, maxTiltDegrees / 2, maxTiltDegrees].map(degrees => (
            <path key={degrees} d={`M${at(degrees, side)}L${at(degrees, side, 4)}`} strokeOpacity="0.35" />
          ))}
        </g>
      ))}
    </g>
  );
}
