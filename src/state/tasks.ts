/**
 * @file Which tasks the next run has: those of its system, or those that a person chose from the dataset's label columns.
 */
import type { Catalogue } from '../../workers/protocol/catalogue';
import type { DatasetSummary } from '../../workers/protocol/dataset';
import type { SystemDescription, TaskDescription } from '../../workers/protocol/systems';
import {
  type ChosenTask,
  describeTask,
  fewestTasks,
  parseTasks,
  printTasks,
} from '../../workers/protocol/taskList';
import { columnNeed, fewestClasses } from '../../workers/protocol/taskNeeds';
import { capital } from '../format/words';
import { optionValue, type Settings, withOption } from './settings';

/** How many tasks are proposed. A person may choose more. */
const proposed = 3;

export const systemOf = (catalogue: Catalogue | null, settings: Settings): SystemDescription | undefined =>
  catalogue?.systems.find(({ id }) => id === settings.system);

/** The tasks that a person chose. `null` where the system has tasks of its own. */
export function chosenTasks(catalogue: Catalogue, settings: Settings): readonly ChosenTask[] | null {
  const key = systemOf(catalogue, settings)?.tasksOption ?? null;
  if (key === null) return null;
  const parsed = parseTasks(String(optionValue(catalogue, settings, key) ?? ''));
  return parsed.ok ? parsed.value : [];
}

const noTasks: readonly TaskDescription[] = [];

export function tasksOf(catalogue: Catalogue | null, settings: Settings): readonly TaskDescription[] {
  if (!catalogue) return noTasks;
  const chosen = chosenTasks(catalogue, settings);
  return chosen?.map(describeTask) ?? systemOf(catalogue, settings)?.tasks ?? noTasks;
}

const classesIn =
  ({ counts }: DatasetSummary) =>
  (column: string): string[] =>
    Object.keys((Object.hasOwn(counts, column) && counts[column]) || {});

/** The columns that a task could read, each with the names of its classes. */
export const usableColumns = (dataset: DatasetSummary): { column: string; classes: readonly string[] }[] =>
  Object.keys(dataset.counts)
    .map(column => ({ column, classes: classesIn(dataset)(column) }))
    .filter(({ classes }) => classes.length >= fewestClasses);

/** What the dataset lacks for a task, as the end of a sentence. Null where it can be trained. */
const needOf = (dataset: DatasetSummary, task: ChosenTask) => columnNeed(task, classesIn(dataset));

/**
 * Says in one sentence why the dataset cannot train one of the chosen tasks (the first such). Null where it can train
 * all.
 */
export function chosenRefusal(dataset: DatasetSummary, tasks: readonly ChosenTask[]): string | null {
  const need = tasks.map(task => needOf(dataset, task)).find(sentence => sentence !== null);
  return need ? capital(need) : null;
}

/**
 * Proposes one task for each of the first usable columns. The identity column gets an embedding. `null` where there are
 * too few columns.
 */
function proposeTasks(dataset: DatasetSummary): ChosenTask[] | null {
  const columns = usableColumns(dataset).slice(0, proposed);
  return columns.length < fewestTasks
    ? null
    : columns.map(({ column }) => ({ column, filter: null, embeds: column === 'identity' }));
}

const list = new Intl.ListFormat('en');
const namesOf = (tasks: readonly ChosenTask[]) => list.format(tasks.map(task => describeTask(task).label));

/** Says which tasks did not fit, why, and what was done about it. */
function fitNote(
  dataset: DatasetSummary,
  unfit: readonly ChosenTask[],
  now: readonly ChosenTask[],
  kept: boolean,
): string {
  const one = unfit.length === 1;
  const reasons = unfit.map(task => capital(needOf(dataset, task) ?? '')).join(' ');
  const fate = kept ? 'left out' : `replaced by ${namesOf(now)}`;
  return `${one ? 'The task' : 'The tasks'} ${namesOf(unfit)} ${one ? 'does' : 'do'} not fit “${dataset.name}” and ${one ? 'was' : 'were'} ${fate}. ${reasons}`;
}

/**
 * The settings with tasks that the dataset can train, where the system lets one choose. Chosen tasks that fit stay; where
 * fewer than two do, others are proposed. `tasksNote` says which did not fit if a person or an address had named them.
 */
export function fitTasks(
  catalogue: Catalogue,
  settings: Settings,
  dataset: DatasetSummary | null,
): { settings: Settings; tasksNote: string | null } {
  const chosen = chosenTasks(catalogue, settings);
  const key = systemOf(catalogue, settings)?.tasksOption;
  const same = { settings, tasksNote: null };
  if (!chosen || !key || !dataset) return same;
  const unfit = chosen.filter(task => needOf(dataset, task) !== null);
  if (unfit.length === 0) return same;
  const fit = chosen.filter(task => !unfit.includes(task));
  const kept = fit.length >= fewestTasks;
  const tasks = kept ? fit : proposeTasks(dataset);
  if (!tasks) return same;
  return {
    settings: withOption(catalogue, settings, key, printTasks(tasks)),
    tasksNote: key in settings.options ? fitNote(dataset, unfit, tasks, kept) : null,
  };
}
