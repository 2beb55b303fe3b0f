/** @file The registry of task systems. To add one, write a file and add a line here. */
import { AppError } from '../protocol/errors';
import type { RunConfig } from '../protocol/runs';
import { describeTask, parseTasks } from '../protocol/taskList';
import { caricature } from './caricature';
import { custom } from './custom';
import { expression } from './expression';
import type { System, Task } from './task';

export const SYSTEMS: Readonly<Record<string, System>> = { expression, caricature, custom };

/** The system of a config. @throws AppError `config/value` when the system is unknown. */
export function systemOf({ system: id }: Pick<RunConfig, 'system'>): System {
  const system = Object.hasOwn(SYSTEMS, id) ? SYSTEMS[id] : undefined;
  if (!system)
    throw new AppError(
      'config/value',
      `system is ${id}; it must be one of ${Object.keys(SYSTEMS).join(', ')}.`,
    );
  return system;
}

/**
 * The tasks of a run, in the order of its branches.
 * @throws AppError `config/value` when the system is unknown, or when the option with its tasks is not a list of tasks.
 */
export function tasksOf(config: RunConfig): readonly Task[] {
  const system = systemOf(config);
  if (!('option' in system.tasks)) return system.tasks;
  const parsed = parseTasks(String(config[system.tasks.option]));
  if (!parsed.ok) throw new AppError('config/value', `${system.tasks.option} ${parsed.reason}.`);
  return parsed.value.map(chosen => ({ ...chosen, ...describeTask(chosen), loss: 'crossEntropy' }));
}
