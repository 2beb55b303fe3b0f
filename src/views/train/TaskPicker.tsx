/** @file The tasks of a system of one's own: two to six, each a label column of the open dataset, for all images or some. */
import type { Catalogue } from '../../../workers/protocol/catalogue';
import type { DatasetSummary } from '../../../workers/protocol/dataset';
import {
  type ChosenTask,
  describeTask,
  fewestTasks,
  mostTasks,
  printTasks,
  type TaskFilter,
} from '../../../workers/protocol/taskList';
import { capital } from '../../format/words';
import { chosenTasks, systemOf, usableColumns } from '../../state/tasks';
import { useApp, useAppState } from '../../state/useApp';

/** A filter by one of more labels than this would be a list of people. */
const mostFilterLabels = 12;

const filterText = (filter: TaskFilter | null) => (filter ? `${filter.column}:${filter.is}` : '');

/** Every task that the dataset allows, as column and filter: those without a filter first. */
function possibleTasks(dataset: DatasetSummary): ChosenTask[] {
  const columns = usableColumns(dataset);
  const filters = columns
    .filter(({ classes }) => classes.length <= mostFilterLabels)
    .flatMap(({ column, classes }) => classes.map(is => ({ column, is })));
  const of = (column: string, filter: TaskFilter | null) => ({ column, filter, embeds: false });
  return [
    ...columns.map(({ column }) => of(column, null)),
    ...columns.flatMap(({ column }) =>
      filters.filter(filter => filter.column !== column).map(filter => of(column, filter)),
    ),
  ];
}

export function TaskPicker({ catalogue, disabled }: { catalogue: Catalogue; disabled: boolean }) {
  const { settings: actions } = useApp();
  const { settings, dataset } = useAppState(state => ({ settings: state.settings, dataset: state.dataset }));
  const chosen = chosenTasks(catalogue, settings);
  const key = systemOf(catalogue, settings)?.tasksOption;
  if (!chosen || !key) return null;
  if (!dataset) return <p className="fine">Open a dataset: its labels are what the tasks can learn.</p>;

  const possible = possibleTasks(dataset);
  const idOf = (task: ChosenTask) => describeTask(task).id;
  const taken = new Set(chosen.map(idOf));
  const free = (column?: string) =>
    possible.find(task => !taken.has(idOf(task)) && (column === undefined || task.column === column));
  const next = free();
  const change = (tasks: readonly ChosenTask[]) => actions.setOption(key, printTasks(tasks));
  const replace = (at: number, task: ChosenTask) => change(chosen.map((old, i) => (i === at ? task : old)));
  return (
    <fieldset className="task-picker" disabled={disabled}>
      <legend>
        Your tasks, {chosen.length} of at most {mostTasks}
      </legend>
      {chosen.map((task, i) => {
        const { id, label } = describeTask(task);
        const isTaken = (other: ChosenTask) => idOf(other) !== id && taken.has(idOf(other));
        return (
          <div key={id} className="task-choice" style={{ '--task': `var(--task-${i})` }}>
            <select
              aria-label={`Label that task ${i + 1} learns`}
              value={task.column}
              onChange={event => {
                const found = free(event.target.value);
                if (found) replace(i, { ...found, embeds: task.embeds });
              }}
            >
              {usableColumns(dataset).map(({ column, classes }) => (
                <option key={column} value={column} disabled={column !== task.column && !free(column)}>
                  {capital(column)} ({classes.length})
                </option>
              ))}
            </select>
            <button
              type="button"
              className="link"
              aria-label={`Remove ${label}`}
              disabled={chosen.length <= fewestTasks}
              onClick={() => change(chosen.filter(other => other !== task))}
            >
              ✕
            </button>
            <select
              aria-label={`Images that ${label} sees`}
              value={filterText(task.filter)}
              onChange={event => {
                const same = (other: ChosenTask) =>
                  other.column === task.column && filterText(other.filter) === event.target.value;
                const found = possible.find(same);
                if (found) replace(i, { ...found, embeds: task.embeds });
              }}
            >
              {possible
                .filter(({ column }) => column === task.column)
                .map(({ filter }) => (
                  <option
                    key={filterText(filter)}
                    value={filterText(filter)}
                    disabled={isTaken({ ...task, filter })}
                  >
                    {filter ? `${filter.column}: ${filter.is}` : 'all images'}
                  </option>
                ))}
            </select>
            <label title="Adds the center loss; faces are compared by this embedding">
              <input
                type="checkbox"
                checked={task.embeds}
                aria-label={`${label} embeds`}
                onChange={event => replace(i, { ...task, embeds: event.target.checked })}
              />
              <span>embeds</span>
            </label>
          </div>
        );
      })}
      {next && chosen.length < mostTasks && (
        <button type="button" className="link" onClick={() => change([...chosen, next])}>
          Add a task
        </button>
      )}
    </fieldset>
  );
}
