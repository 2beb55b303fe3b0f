/** @file Θ's learning rate: an initial rate divided at set shares of the run, or a schedule of (step, rate). */
import type { RunConfig } from '../protocol/runs';
import { option } from './options';

type Schedule = readonly (readonly [number, number])[];
const scheduleOf = (config: RunConfig) => config.schedule as Schedule;

/** The rate of `step`, counting from 0. A schedule's rates hold as written; before its first entry the initial rate does. */
export function learningRateAt(config: RunConfig, step: number): number {
  const initial = option(config, 'learningRate');
  const schedule = scheduleOf(config);
  if (schedule.length > 0) return schedule.findLast(([from]) => from <= step)?.[1] ?? initial;
  const passed = (config.decayAt as readonly number[]).filter(
    share => step >= share * option(config, 'steps'),
  ).length;
  return initial / option(config, 'decayFactor') ** passed;
}

/** What the rest of a scheduled run does when a person sets `rate` at `step`: that rate, and no later entry. */
export function overrideSchedule(config: RunConfig, step: number, rate: number): Schedule {
  const past = scheduleOf(config).filter(([from]) => from < step);
  return [...past, [step, rate]];
}
