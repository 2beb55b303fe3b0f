/** @file Typed reading of a run's flat config. The config is complete and checked before a strategy sees it. */
import { AppError } from '../protocol/errors';
import type { RunConfig } from '../protocol/runs';

function wrong(key: string, value: unknown, kind: string): AppError {
  return new AppError(
    'config/option',
    `Option "${key}" must be ${kind} and is ${JSON.stringify(value) ?? 'missing'}. Set it or take the preset's default.`,
  );
}

/** @throws AppError `config/option` when the value is missing or not a number. */
export function numberOption(config: RunConfig, key: string): number {
  const value = config[key];
  if (typeof value !== 'number') throw wrong(key, value, 'a number');
  return value;
}

/** @throws AppError `config/option` when the value is missing or not a boolean. */
export function flagOption(config: RunConfig, key: string): boolean {
  const value = config[key];
  if (typeof value !== 'boolean') throw wrong(key, value, 'on or off');
  return value;
}

/** @throws AppError `config/option` when the value is none of `choices`. */
export function choiceOption<C extends string>(config: RunConfig, key: string, choices: readonly C[]): C {
  const value = config[key];
  const choice = choices.find(c => c === value);
  if (choice === undefined) throw wrong(key, value, `one of ${choices.join(', ')}`);
  return choice;
}

/** The first `tasks` numbers of a per-task option. @throws AppError `config/option` when there are fewer. */
export function perTaskOption(config: RunConfig, key: string, tasks: number): number[] {
  const value = config[key];
  const numbers = Array.isArray(value) ? value.filter(v => typeof v === 'number').slice(0, tasks) : [];
  if (numbers.length < tasks) throw wrong(key, value, `a list of ${tasks} numbers, one a task`);
  return numbers;
}
