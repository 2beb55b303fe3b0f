/**
 * @file The learning rate of Θ. It is an initial rate that is divided at given shares of the run, or a list of (step,
 * rate).
 */
import type { Schedule } from '../protocol/options';
import type { RunConfig } from '../protocol/runs';
import { option } from './options';

/**
 * The learning rate at a step.
 * @param step counts from 0. Before the first entry of a schedule, the initial rate is used.
 */
export function learningRateAt(config: RunConfig, step: number): number {
  const initial = option(config, 'learningRate');
  const schedule = option(config, 'schedule');
  if (schedule.length > 0) return schedule.findLast(([from]) => from <= step)?.[1] ?? initial;
  const passed = option(config, 'decayAt').filter(share => step >= share * option(config, 'steps')).length;
  return initial / option(config, 'decayFactor') ** passed;
}

/**
 * The schedule of a run after a person set `rate` at `step`. That rate stays until the end, so later entries are removed.
 */
export function overrideSchedule(config: RunConfig, step: number, rate: number): Schedule {
  const past = option(config, 'schedule').filter(([from]) => from < step);
  return [...past, [step, rate]];
}
