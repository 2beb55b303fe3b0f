/** @file Θ's learning rate: an initial rate divided at set shares of the run, or a schedule of (step, rate). */
import type { Schedule } from '../protocol/options';
import type { RunConfig } from '../protocol/runs';
import { option } from './options';

/** The rate of `step`, counting from 0. A schedule's rates hold as written; before its first entry the initial rate does. */
export function learningRateAt(config: RunConfig, step: number): number {
  const initial = option(config, 'learningRate');
  const schedule = option(config, 'schedule');
  if (schedule.length > 0) return schedule.findLast(([from]) => from <= step)?.[1] ?? initial;
  const passed = option(config, 'decayAt').filter(share => step >= share * option(config, 'steps')).length;
  return initial / option(config, 'decayFactor') ** passed;
}

/** What the rest of a scheduled run does when a person sets `rate` at `step`: that rate, and no later entry. */
export function overrideSchedule(config: RunConfig, step: number, rate: number): Schedule {
  const past = option(config, 'schedule').filter(([from]) => from < step);
  return [...past, [step, rate]];
}
