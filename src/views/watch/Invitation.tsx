/**
 * @file Stands where the see-saws will be, before the first run. It says what one will see here, and has a button that
 * shows it.
 */
import { tasksOf } from '../../state/tasks';
import { useAppState } from '../../state/useApp';
import { TryItNow } from '../train/TryItNow';
import './invitation.css';

const amounts = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six'];

export function Invitation() {
  const { catalogue, settings } = useAppState(state => ({
    catalogue: state.catalogue,
    settings: state.settings,
  }));
  const tasks = tasksOf(catalogue, settings);
  const amount = tasks.length > 0 ? (amounts[tasks.length] ?? String(tasks.length)) : 'Two';
  return (
    <div className="invitation">
      <svg className="invitation-art" viewBox="-300 -170 600 290" aria-hidden="true">
        <path className="art-ground" d="M-290 104H290" />
        <path className="art-fulcrum" d="M0 0 58 104H-58Z" />
        <g className="art-plank">
          <path className="art-beam" d="M-262 0H262" />
          <g className="art-hard">
            <circle cx="-196" cy="-71" r="64" />
            <circle className="art-eye" cx="-218" cy="-82" r="6" />
            <circle className="art-eye" cx="-176" cy="-82" r="6" />
            <path className="art-line" d="M-197-78v22M-214-42q17 8 34 0" />
          </g>
          <g className="art-easy">
            <circle cx="204" cy="-49" r="42" />
            <circle className="art-eye" cx="190" cy="-57" r="5" />
            <circle className="art-eye" cx="218" cy="-57" r="5" />
            <path className="art-line" d="M184-40q20 24 40 0" />
          </g>
        </g>
      </svg>
      <p className="invitation-title">{amount} tasks share one network. Watch them trade weight.</p>
      <p className="invitation-text">
        {tasks.length === 0 && 'They'}
        {tasks.map(({ id, label }, i) => (
          <span key={id}>
            {i > 0 && (i === tasks.length - 1 ? ' and ' : ', ')}
            <em style={{ '--task': `var(--task-${i})` }}>{label}</em>
          </span>
        ))}{' '}
        learn from the same faces, and each wants the network for itself. It all trains right here, on your
        own machine. Every method starts from the same weights and sees the same batches; only the rule that
        hands out the weight differs.
      </p>
      <div className="wide-only">
        <TryItNow />
      </div>
    </div>
  );
}
