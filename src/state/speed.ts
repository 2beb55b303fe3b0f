/** @file How fast the chosen settings will train: as the last runs did, or from the worker's measurement at its start. */
import type { Catalogue, PresetDescription } from '../../workers/protocol/catalogue';
import type { DeviceInfo } from '../../workers/protocol/device';
import { isOver } from './runs';
import { optionValue } from './settings';
import type { AppState } from './store';
import { tasksOf } from './tasks';

export interface SpeedEstimate {
  /** Of all chosen methods together: they step in turn. */
  imagesPerSecond: number;
  /** The time that all steps of all chosen methods take, without scoring. */
  trainingMs: number;
  /** Whether runs with these settings were measured. If not, it follows from the work of the preset's network. */
  measured: boolean;
}

/** The options that decide how much work one image is. */
const sizes = ['preset', 'system', 'inputSize', 'width', 'batchSize', 'precision'] as const;

const expected = (preset: PresetDescription, tasks: number, { speed }: DeviceInfo): number | null =>
  speed === null ? null : speed / (preset.work.shared + tasks * preset.work.perTask);

/** The images a second of the runs that were compared last, if they had these sizes and trained beside each other to the end. */
function lastMeasured(state: AppState, value: (key: string) => unknown): number | null {
  const runs = state.comparison.flatMap(id => state.runs[id] ?? []);
  const [first] = runs;
  if (!first || runs.length < state.comparison.length) return null;
  const alike = runs.every(run => sizes.every(key => run.config[key] === value(key)));
  const together = runs.every(run => isOver(run) && run.step === first.step && run.imagesPerSecond > 0);
  return alike && together ? runs.reduce((sum, run) => sum + run.imagesPerSecond, 0) : null;
}

/** What the work of the preset says, where the settings leave the sizes as they are and no method needs more passes. */
function fromWork(catalogue: Catalogue, { settings, device }: AppState): number | null {
  const preset = catalogue.presets.find(({ id }) => id === settings.preset);
  const needs = catalogue.weightings.filter(({ id }) => settings.methods.includes(id)).flatMap(w => w.needs);
  if (!preset || !device || needs.some(need => need !== 'losses')) return null;
  if (['inputSize', 'width', 'precision'].some(key => key in settings.options)) return null;
  return expected(preset, tasksOf(catalogue, settings).length, device);
}

/** Null where nothing is known. Then the first run will tell. */
export function speedEstimate(state: AppState): SpeedEstimate | null {
  const { catalogue, settings } = state;
  if (!catalogue) return null;
  const value = (key: string) =>
    key === 'preset' || key === 'system' ? settings[key] : optionValue(catalogue, settings, key);
  const measured = lastMeasured(state, value);
  const imagesPerSecond = measured ?? fromWork(catalogue, state);
  if (imagesPerSecond === null) return null;
  const images = Number(value('steps')) * Number(value('batchSize')) * settings.methods.length;
  return { imagesPerSecond, trainingMs: (1000 * images) / imagesPerSecond, measured: measured !== null };
}

/** A visitor waits this long for a run with the preset's own steps. */
const patienceMs = 5 * 60_000;

/** The presets that one method trains, as far as is known, within minutes on this device. */
export function quickPresets({ presets, systems }: Catalogue, device: DeviceInfo): PresetDescription[] {
  const tasks = systems[0]?.tasks.length ?? 2;
  return presets.filter(preset => {
    const imagesPerSecond = expected(preset, tasks, device);
    const images = Number(preset.defaults.steps) * Number(preset.defaults.batchSize);
    return (
      preset.runsOn.includes(device.backend) &&
      imagesPerSecond !== null &&
      (1000 * images) / imagesPerSecond < patienceMs
    );
  });
}
