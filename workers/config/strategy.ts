/** @file Checks ids of weighting strategies, and says which tasks a strategy trains. */
import { AppError } from '../protocol/errors';
import type { RunConfig } from '../protocol/runs';
import type { WeightingEntry } from '../weighting/weighting';
import { WEIGHTINGS } from '../weighting/weightings';

export type WeightingId = keyof typeof WEIGHTINGS;

/** Checks the id of a strategy. @throws AppError `weighting/unknown` when there is no such strategy. */
export function weightingId(id: string): WeightingId {
  if (!Object.hasOwn(WEIGHTINGS, id)) {
    throw new AppError(
      'weighting/unknown',
      `There is no weighting "${id}". Known: ${Object.keys(WEIGHTINGS).join(', ')}.`,
    );
  }
  return id as WeightingId;
}

/** The only task that a run with this strategy trains, counted from 0, or `null` if it trains all tasks. */
export function trainedTask(id: WeightingId, config: RunConfig): number | null {
  const entry: WeightingEntry = WEIGHTINGS[id];
  const task = entry.singleTaskOption === undefined ? null : config[entry.singleTaskOption];
  return typeof task === 'number' ? task : null;
}

/**
 * The tasks that at least one of the compared runs trains, or `null` if these are all tasks. Only these tasks need
 * labels.
 */
export function tasksTrained(ids: readonly WeightingId[], config: RunConfig): ReadonlySet<number> | null {
  const tasks = ids.map(id => trainedTask(id, config));
  return tasks.includes(null) ? null : new Set(tasks.filter(task => task !== null));
}
