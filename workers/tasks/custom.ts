/** @file A system that the visitor puts together: two to six tasks, chosen from the label columns of the open dataset. */
import type { DatasetIndex } from '../protocol/dataset';
import { fewestTasks } from '../protocol/taskList';
import { fewestClasses } from '../protocol/taskNeeds';
import type { System } from './task';

/** The system needs at least two label columns that a task can learn. */
function needs({ columns }: DatasetIndex): string | null {
  const usable = Object.keys(columns).filter(name => (columns[name]?.names.length ?? 0) >= fewestClasses);
  return usable.length >= fewestTasks
    ? null
    : `tasks of your own need at least two kinds of labels with two classes each; this has ${usable.join(', ') || 'none'}. Add columns to a manifest.csv.`;
}

export const custom: System = {
  pairs: 'all',
  label: 'Tasks of your own (2 to 6)',
  cites: 'Any label columns of the dataset',
  tasks: { option: 'tasks' },
  needs,
};
