/** @file The types of the multi-task systems and their tasks. */

export interface TaskDescription {
  /**
   * The id: `identity`, `expression`, `verification`, `visual`, `caricature`, or one that the visitor chose, such as
   * `glasses`.
   */
  id: string;
  label: string;
  /** Whether the task has an embedding. Then it has the center loss, and images are compared by the embedding. */
  embeds: boolean;
}

export interface SystemDescription {
  id: string;
  label: string;
  cites: string;
  /** The tasks. The list is empty if `tasksOption` chooses them. */
  tasks: readonly TaskDescription[];
  /** The option whose value names the tasks (see `taskList.ts`), or `null` if the system has its own tasks. */
  tasksOption: string | null;
}
