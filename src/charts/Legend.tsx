/**
 * @file The legend. It has one button for each task, with its colour, and one for each run, with its dashes. A pressed
 * button means that the lines are shown.
 */
import { runDash, taskColor } from './marks';
import type { ChartTask, RunSeries } from './types';
import './legend.css';

interface LegendProps {
  runs: readonly RunSeries[];
  hidden: ReadonlySet<string>;
  dashed: boolean;
  onToggle: ((key: string) => void) | undefined;
}

interface EntryProps {
  id: string;
  label: string;
  detail?: string;
  color: string;
  /** The dashes of the swatch, or null if there is no swatch. */
  dash: string | null;
  shown: boolean;
  onToggle: ((key: string) => void) | undefined;
}

function Entry({ id, label, detail, color, dash, shown, onToggle }: EntryProps) {
  const content = (
    <>
      {dash !== null && (
        <svg className="chartSwatch" width="26" height="10" aria-hidden="true">
          <line
            x1="2"
            x2="24"
            y1="5"
            y2="5"
            stroke={color}
            strokeWidth="2.6"
            strokeDasharray={dash || undefined}
          />
        </svg>
      )}
      <span data-export="text">{label}</span>
      {detail && (
        <span className="chartLegendDetail" data-export="text">
          {detail}
        </span>
      )}
    </>
  );
  if (!onToggle) return <span className="chartLegendEntry">{content}</span>;
  return (
    <button
      type="button"
      className={shown ? 'chartLegendEntry' : 'chartLegendEntry chartOff'}
      aria-pressed={shown}
      onClick={() => onToggle(id)}
    >
      {content}
    </button>
  );
}

/** The tasks of all runs by their index. Runs of one comparison have the same tasks. */
function allTasks(runs: readonly RunSeries[]): readonly ChartTask[] {
  return runs.reduce<readonly ChartTask[]>(
    (most, run) => (run.tasks.length > most.length ? run.tasks : most),
    [],
  );
}

export function Legend({ runs, hidden, dashed, onToggle }: LegendProps) {
  return (
    <fieldset className="chartLegend" aria-label="Shown in the chart">
      <span className="chartLegendGroup">
        {allTasks(runs).map((task, n) => (
          <Entry
            key={task.id}
            id={`task/${n}`}
            label={task.label}
            color={taskColor(n)}
            dash=""
            shown={!hidden.has(`task/${n}`)}
            onToggle={onToggle}
          />
        ))}
      </span>
      <span className="chartLegendGroup">
        {runs.map((run, index) => (
          <Entry
            key={run.runId}
            id={run.runId}
            label={run.methodLabel}
            detail={run.runName}
            color="var(--ink, #101a30)"
            dash={dashed || runs.length === 1 ? runDash(index) : null}
            shown={!hidden.has(run.runId)}
            onToggle={onToggle}
          />
        ))}
      </span>
    </fieldset>
  );
}
