/** @file What exists to choose from: the page learns it from the workers. */
import type { FormatDescription } from './checkpoints';
import type { SampleSetDescription } from './dataset';
import type { OptionSpecs, OptionValue } from './options';
import type { SystemDescription } from './systems';

export interface PresetDescription {
  id: string;
  label: string;
  /** One sentence: what it is for and what it costs. */
  about: string;
  /** Parameters without heads: of the trunk, and of each task's branch. */
  parameters: { shared: number; perTask: number };
  /** Small enough to train without WebGPU. */
  withoutWebGpu: boolean;
  /** Config defaults this preset sets. */
  defaults: Record<string, OptionValue>;
}

export interface WeightingDescription {
  id: string;
  label: string;
  cites: string;
  about: string;
  /** Keys into `Catalogue.options`. */
  options: readonly string[];
  /** Trains the task that this option chooses and no other: what pretraining uses. `null`: trains all. */
  singleTaskOption: string | null;
  /** Whether its weights sum to 1. */
  normalised: boolean;
  /** What it asks of every step, by the names of the worker's contract: `losses`, `taskGradients`, … */
  needs: readonly string[];
}

export interface Catalogue {
  systems: readonly SystemDescription[];
  presets: readonly PresetDescription[];
  weightings: readonly WeightingDescription[];
  sampleSets: readonly SampleSetDescription[];
  formats: readonly FormatDescription[];
  /** Every option of a run by its key; `RunConfig` holds the values. */
  options: OptionSpecs;
}
