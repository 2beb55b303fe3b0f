/** @file The multi-task systems there are, and their tasks. */

export interface TaskDescription {
  /** `identity`, `expression` / `verification`, `visual`, `caricature`, or what a person chose: `glasses`. */
  id: string;
  label: string;
  /** Takes the center loss; images are compared by its embedding. */
  embeds: boolean;
}

export interface SystemDescription {
  id: string;
  label: string;
  cites: string;
  /** Empty where `tasksOption` chooses them. */
  tasks: readonly TaskDescription[];
  /** The option whose value says which tasks there are (`taskList.ts`); `null`: the system has its own. */
  tasksOption: string | null;
}
