/** @file The multi-task systems that the papers describe, and their tasks. */

export type SystemId = 'expression' | 'caricature';

export interface TaskDescription {
  /** `identity`, `expression` / `verification`, `visual`, `caricature`. */
  id: string;
  label: string;
}

export interface SystemDescription {
  id: SystemId;
  label: string;
  cites: string;
  tasks: readonly TaskDescription[];
}
