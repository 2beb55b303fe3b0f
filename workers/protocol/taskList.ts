/**
 * @file The tasks that a visitor puts together, as text that fits in the address: `identity!,expression,identity@modality:photo`.
 *
 *     tasks = task *("," task)                  two to six tasks, all different
 *     task  = column ["!"] ["@" column ":" is]
 *
 * A task predicts a label column. `!` says that it has an embedding, so it has the center loss and its embedding is compared.
 * `@` says that it sees only the images whose label in another column is the given word. The signs % , ! @ and : in names
 * are escaped as in addresses (`%2C`).
 */
import type { TaskDescription } from './systems';

/** A task with this filter sees only the images whose label in `column` is `is`. */
export interface TaskFilter {
  column: string;
  is: string;
}

/** The part of a task that a person chooses. */
export interface ChosenTask {
  /** The label column that its head predicts. */
  column: string;
  /** The filter, or `null` if the task sees all images that have the label. */
  filter: TaskFilter | null;
  embeds: boolean;
}

export const fewestTasks = 2;
export const mostTasks = 6;

export type ParsedTasks = { ok: true; value: ChosenTask[] } | { ok: false; reason: string };

const write = (name: string) =>
  name.replace(/[%,!@:]/g, sign => encodeURIComponent(sign).replace('!', '%21'));

function printTask({ column, filter, embeds }: ChosenTask): string {
  const only = filter ? `@${write(filter.column)}:${write(filter.is)}` : '';
  return `${write(column)}${embeds ? '!' : ''}${only}`;
}

/** The text that `parseTasks` reads. */
export const printTasks = (tasks: readonly ChosenTask[]): string => tasks.map(printTask).join(',');

/** The id and the label of a task. The id is its text without the mark of an embedding. */
export function describeTask(task: ChosenTask): TaskDescription {
  const { column, filter, embeds } = task;
  const name = column.charAt(0).toUpperCase() + column.slice(1);
  return {
    id: printTask({ ...task, embeds: false }),
    label: filter ? `${name} (${filter.is})` : name,
    embeds,
  };
}

/** Reads one task. It returns `null` if the text is not a task. */
function parseTask(text: string): ChosenTask | null {
  const match = /^([^!@:]+)(!?)(?:@([^!@:]+):([^!@:]+))?$/.exec(text.trim());
  if (!match) return null;
  const [, column = '', mark, by, is] = match;
  try {
    // The names of columns are in lower case.
    const name = (part: string) => decodeURIComponent(part.trim()).toLowerCase();
    const filter = by && is ? { column: name(by), is: decodeURIComponent(is.trim()) } : null;
    return { column: name(column), filter, embeds: mark === '!' };
  } catch {
    return null; // A % that does not start an escape makes `decodeURIComponent` throw.
  }
}

/** Reads the tasks from a text. If that fails, `reason` is the end of a sentence that begins with the name of the option. */
export function parseTasks(text: string): ParsedTasks {
  const wrong = (reason: string): ParsedTasks => ({ ok: false, reason });
  const parts = text.split(',').filter(part => part.trim() !== '');
  if (parts.length < fewestTasks || parts.length > mostTasks)
    return wrong(
      `must name ${fewestTasks} to ${mostTasks} tasks with commas between them; it names ${parts.length}`,
    );
  const tasks: ChosenTask[] = [];
  for (const part of parts) {
    const task = parseTask(part);
    if (!task)
      return wrong(
        `holds "${part.trim()}"; a task is a label column such as expression, then ! if it embeds, then @modality:photo to see only these images`,
      );
    const { id } = describeTask(task);
    if (tasks.some(other => describeTask(other).id === id)) return wrong(`names the task ${id} twice`);
    tasks.push(task);
  }
  return { ok: true, value: tasks };
}
