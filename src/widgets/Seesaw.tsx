/**
 * @file The product's face: a see-saw that moves with the live task weights. Two tasks sit on a plank, three on a plate
 * that balances on a point, more in pans that hang around a mast. Every length means something: ball area = weight,
 * filling = loss, and the lower, the heavier.
 */
import { useState } from 'react';
import { PansScene } from './PansScene';
import './seesaw.css';
import { SeesawScene } from './SeesawScene';
import { mostOnPlate, normalizeWeights } from './seesawPose';
import { useSpring } from './useSpring';

export interface SeesawProps {
  tasks: readonly { id: string; label: string }[];
  /** The weight of each task. NaN or nothing says that it is not known yet; then the see-saw is level. */
  weights: readonly number[];
  /** The loss of each task. NaN says that the batch had no labelled sample. */
  losses: readonly number[];
  /** The name of the method, which stands above the picture. */
  label?: string;
  /** The loss of a full ball. The default is the largest that this see-saw has shown, usually that of the start. */
  lossScale?: number;
  /** Width in CSS pixels at most; it shrinks with its container. */
  size?: number;
}

/** The drawing has no room for more. */
const briefShare = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const share = new Intl.NumberFormat('en', { minimumFractionDigits: 3, maximumFractionDigits: 3 });

function seesawLabel({ tasks, weights, losses, label }: SeesawProps): string {
  const parts = tasks.map((task, i) => {
    const weight = weights[i];
    const loss = losses[i];
    const weightText =
      weight !== undefined && Number.isFinite(weight) ? `weight ${share.format(weight)}` : 'no weight yet';
    const lossText =
      loss !== undefined && Number.isFinite(loss) ? `loss ${loss.toPrecision(3)}` : 'no loss yet';
    return `${task.label}: ${weightText}, ${lossText}`;
  });
  const kind =
    tasks.length > mostOnPlate
      ? 'See-saw of the task weights, a pan for each task: the lower, the heavier.'
      : 'See-saw of the task weights.';
  return `${label ? `${label}. ` : ''}${kind} ${parts.join('. ')}.`;
}

export function Seesaw(props: SeesawProps) {
  const { tasks, label, size = 420 } = props;
  const weights = tasks.map((_, i) => props.weights[i] ?? Number.NaN);
  const losses = tasks.map((_, i) => props.losses[i] ?? Number.NaN);
  const [largest, setLargest] = useState(0);
  const now = Math.max(0, ...losses.filter(Number.isFinite));
  if (now > largest) setLargest(now);
  const scale = props.lossScale ?? (Math.max(now, largest) || 1);
  const levels = losses.map(loss => (Number.isFinite(loss) ? Math.min(1, Math.max(0, loss / scale)) : 0));
  const known = weights.every(Number.isFinite);
  const sprung = useSpring([...normalizeWeights(weights), ...levels]);
  const shares = sprung.slice(0, tasks.length);
  const fillings = sprung.slice(tasks.length);
  const figure = (format: Intl.NumberFormat, i: number) => (known ? format.format(weights[i] ?? 0) : '–');

  // Left, right; with three tasks the third stands at the back, so its numbers stand between the others.
  const order = tasks.length === 3 ? [0, 2, 1] : tasks.map((_, i) => i);
  // Five and six numbers side by side would be wider than their see-saw.
  const perRow = tasks.length > 4 ? 3 : tasks.length;
  return (
    <div className="seesaw" style={{ maxWidth: size }} role="img" aria-label={seesawLabel(props)}>
      {label && <p className="seesawLabel">{label}</p>}
      {tasks.length > mostOnPlate ? (
        <PansScene weights={shares} levels={fillings} figures={tasks.map((_, i) => figure(briefShare, i))} />
      ) : (
        <SeesawScene weights={shares} levels={fillings} />
      )}
      <div className="seesawNumbers" style={{ '--per-row': perRow }}>
        {order.map(i => {
          const task = tasks[i];
          const loss = losses[i] ?? Number.NaN;
          return task ? (
            <div key={task.id} className="seesawTask" style={{ '--task': `var(--task-${i})` }}>
              <span className="seesawName">{task.label}</span>
              <strong className="seesawWeight">{figure(share, i)}</strong>
              <span className="seesawLoss">
                loss {Number.isFinite(loss) ? loss.toFixed(loss < 10 ? 3 : 2) : '–'}
              </span>
            </div>
          ) : null;
        })}
      </div>
    </div>
  );
}
