/** @file The catalogue: all that can be chosen. The page gets it from the training worker. */
import type { FormatDescription } from './checkpoints';
import type { SampleSetDescription } from './dataset';
import type { BackendId } from './device';
import type { OptionSpecs, OptionValue } from './options';
import type { SystemDescription } from './systems';

export interface PresetDescription {
  id: string;
  label: string;
  /** One or two sentences that say what it is for and what it costs. */
  about: string;
  /** The numbers of parameters of the trunk and of one branch, without heads. */
  parameters: { shared: number; perTask: number };
  /**
   * The work of one image in one training step, of the trunk and of one branch, in multiply-adds of the convolution that
   * `DeviceInfo.speed` was measured on. It is that of the preset's own image size and width.
   */
  work: { shared: number; perTask: number };
  /** The backends that train it in bearable time and memory. */
  runsOn: readonly BackendId[];
  /** The option values that this preset sets. */
  defaults: Record<string, OptionValue>;
}

export interface WeightingDescription {
  id: string;
  label: string;
  cites: string;
  about: string;
  /** Keys of `Catalogue.options`. */
  options: readonly string[];
  /**
   * The option that chooses the only task that this strategy trains, or `null` if it trains all tasks. Pretraining uses such a
   * strategy.
   */
  singleTaskOption: string | null;
  /** Whether its weights sum to 1. */
  normalised: boolean;
  /** What the strategy needs from every step: `losses`, `taskGradients`, … */
  needs: readonly string[];
}

export interface Catalogue {
  systems: readonly SystemDescription[];
  presets: readonly PresetDescription[];
  weightings: readonly WeightingDescription[];
  sampleSets: readonly SampleSetDescription[];
  formats: readonly FormatDescription[];
  /** Every option of a run by its key. `RunConfig` holds the values. */
  options: OptionSpecs;
}
