/** @file The settings that a person has chosen for the next run, and what follows from them. */
import type { Catalogue } from '../../workers/protocol/catalogue';
import type { DatasetSummary, SampleSetDescription, SampleSetOptions } from '../../workers/protocol/dataset';
import type { OptionValue } from '../../workers/protocol/options';

export interface Settings {
  system: string;
  preset: string;
  /** Weighting ids in the catalogue's order. */
  methods: readonly string[];
  /** Options that differ from the preset's defaults. */
  options: Readonly<Record<string, OptionValue>>;
}

/** The choice of a sample set, by the hash or by a button. */
export interface SampleChoice {
  /** The id of the set. */
  sample: string;
  options: SampleSetOptions;
}

export const findSampleSet = (catalogue: Catalogue | null, id: string) =>
  catalogue?.sampleSets.find(set => set.id === id);
export const defaultChoice = ({ id, defaults }: SampleSetDescription): SampleChoice => ({
  sample: id,
  options: defaults,
});

/** The smallest preset, because its first steps take less than a second on any machine. */
export function defaultPreset({ presets }: Catalogue): string {
  const size = (preset: Catalogue['presets'][number]) => preset.parameters.shared + preset.parameters.perTask;
  return [...presets].sort((a, b) => size(a) - size(b))[0]?.id ?? '';
}

/** The first two of the registry: the proposed method and the baseline that it is compared with. */
const defaultMethods = ({ weightings }: Catalogue): readonly string[] =>
  weightings.slice(0, 2).map(weighting => weighting.id);

export function defaultSettings(catalogue: Catalogue, system?: string): Settings {
  return {
    system: system ?? catalogue.systems[0]?.id ?? 'expression',
    preset: defaultPreset(catalogue),
    methods: defaultMethods(catalogue),
    options: {},
  };
}

/** The default of an option: that of the preset if it has one, else the option's own. */
export function defaultOption(catalogue: Catalogue, preset: string, key: string): OptionValue | undefined {
  const defaults = catalogue.presets.find(({ id }) => id === preset)?.defaults;
  return defaults?.[key] ?? catalogue.options[key]?.default;
}

export const optionValue = (catalogue: Catalogue, settings: Settings, key: string): OptionValue | undefined =>
  settings.options[key] ?? defaultOption(catalogue, settings.preset, key);

const same = (a: OptionValue | undefined, b: OptionValue | undefined) =>
  JSON.stringify(a) === JSON.stringify(b);

/** Sets one option; a value equal to the default is no longer an override. */
export function withOption(
  catalogue: Catalogue,
  settings: Settings,
  key: string,
  value: OptionValue,
): Settings {
  const { [key]: _, ...others } = settings.options;
  return same(value, defaultOption(catalogue, settings.preset, key))
    ? { ...settings, options: others }
    : { ...settings, options: { ...others, [key]: value } };
}

/** Chooses another preset. A person's own choices stay, but those that equal the new default are no longer overrides. */
export function withPreset(catalogue: Catalogue, settings: Settings, preset: string): Settings {
  return Object.entries(settings.options).reduce<Settings>(
    (next, [key, value]) => withOption(catalogue, next, key, value),
    { ...settings, preset, options: {} },
  );
}

/** Who chose the preset. It is `nobody` as long as the default has not been changed. */
export type PresetChoice = 'nobody' | 'dataset' | 'person';

/** Sets everything back to its default, except the seed and the system. */
export function resetSettings(catalogue: Catalogue, settings: Settings): Settings {
  const fresh = defaultSettings(catalogue, settings.system);
  const { seed } = settings.options;
  return seed === undefined ? fresh : { ...fresh, options: { seed } };
}

/**
 * Everything that has options of its own, and whether it is chosen: every strategy, every choice of an option, and a
 * system that lets one choose its tasks.
 */
function owners(catalogue: Catalogue, settings: Settings): { chosen: boolean; options: readonly string[] }[] {
  const strategies = catalogue.weightings.map(({ id, options }) => ({
    chosen: settings.methods.includes(id),
    options,
  }));
  const choices = Object.entries(catalogue.options).flatMap(([key, spec]) =>
    spec.kind !== 'choice'
      ? []
      : spec.choices.map(({ value, options = [] }) => ({
          chosen: optionValue(catalogue, settings, key) === value,
          options,
        })),
  );
  const systems = catalogue.systems.map(({ id, tasksOption }) => ({
    chosen: settings.system === id,
    options: tasksOption === null ? [] : [tasksOption],
  }));
  return [...strategies, ...choices, ...systems];
}

/** The options that have no owner, and those whose owner is chosen: methods, the optimizer, the system. */
export function relevantOptions(catalogue: Catalogue, settings: Settings): string[] {
  const all = owners(catalogue, settings);
  const owned = new Set(all.flatMap(({ options }) => options));
  const wanted = new Set(all.filter(({ chosen }) => chosen).flatMap(({ options }) => options));
  return Object.keys(catalogue.options).filter(key => !owned.has(key) || wanted.has(key));
}

/** The system to choose when the dataset of `summary` opens. The present one is kept if it can be trained. */
export function systemFor(catalogue: Catalogue | null, summary: DatasetSummary, present: string): string {
  if (summary.systems[present] === true && summary.source.kind !== 'sample') return present;
  const preferred =
    summary.source.kind === 'sample' ? findSampleSet(catalogue, summary.source.sample)?.system : undefined;
  const trainable = Object.entries(summary.systems).find(([, answer]) => answer === true)?.[0];
  return preferred ?? trainable ?? present;
}

/** The settings after a dataset opened: with its system, and with its preset unless a person has chosen one. */
export function settingsFor(
  catalogue: Catalogue | null,
  settings: Settings,
  by: PresetChoice,
  summary: DatasetSummary,
): { settings: Settings; presetBy: PresetChoice } {
  const next = { ...settings, system: systemFor(catalogue, summary, settings.system) };
  if (!catalogue) return { settings: next, presetBy: by };
  const proposed = catalogue.presets.some(({ id }) => id === summary.preset) ? summary.preset : null;
  if (by === 'person' || (by === 'nobody' && proposed === null)) return { settings: next, presetBy: by };
  return {
    settings: withPreset(catalogue, next, proposed ?? defaultPreset(catalogue)),
    presetBy: proposed === null ? 'nobody' : 'dataset',
  };
}
