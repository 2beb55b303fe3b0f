/** @file Which tasks the next run has: those of its system, or those that a person chose from the dataset's label columns. */
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
import { optionValue, type Settings, withOption } from './settings';

/** So many are proposed; a person may choose more. */
const proposed = 3;

export const systemOf = (catalogue: Catalogue | null, settings: Settings): SystemDescription | undefined =>
  catalogue?.systems.find(({ id }) => id === settings.system);

/** What a person chose; `null` where the system has tasks of its own. */
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

/** What the first of the chosen tasks that the dataset cannot train lacks, as a sentence; null where it can train all. */
export function chosenRefusal(dataset: DatasetSummary, tasks: readonly ChosenTask[]): string | null {
  const need = tasks.map(task => columnNeed(task, classesIn(dataset))).find(sentence => sentence !== null);
  return need ? need.charAt(0).toUpperCase() + need.slice(1) : null;
}

/** One task a usable column; who it is embeds. `null` where there are too few columns. */
function proposeTasks(dataset: DatasetSummary): ChosenTask[] | null {
  const columns = usableColumns(dataset).slice(0, proposed);
  return columns.length < fewestTasks
    ? null
    : columns.map(({ column }) => ({ column, filter: null, embeds: column === 'identity' }));
}

/** The settings with tasks that the dataset can train, where the system lets one choose and those chosen do not fit. */
export function withFittingTasks(
  catalogue: Catalogue,
  settings: Settings,
  dataset: DatasetSummary | null,
): Settings {
  const chosen = chosenTasks(catalogue, settings);
  const key = systemOf(catalogue, settings)?.tasksOption;
  if (!chosen || !key || !dataset || chosenRefusal(dataset, chosen) === null) return settings;
  const tasks = proposeTasks(dataset);
  return tasks ? withOption(catalogue, settings, key, printTasks(tasks)) : settings;
}
