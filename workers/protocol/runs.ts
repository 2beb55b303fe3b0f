/** @file The types of a run: its config, its state, and what it records. */
import type { Column } from './columns';
import type { OptionValue } from './options';
import type { Evaluation } from './results';
import type { TaskDescription } from './systems';

/**
 * The values of `system`, `preset` and every key of `Catalogue.options`. The config is flat, so that it fits in a URL hash. The
 * keys of a strategy's own options have a dot (`unit.sigma`).
 */
export interface RunConfig {
  system: string;
  preset: string;
  [option: string]: OptionValue;
}

export type RunPhase = 'idle' | 'preparing' | 'running' | 'paused' | 'finished' | 'stopped' | 'failed';

/** Where the weights of a run come from. */
export interface WeightOrigin {
  /** The name of the run that trained them. `step` is how many steps it had done. */
  runName: string;
  step: number;
  kind: 'run' | 'checkpoint' | 'file';
  /** The name of the checkpoint or the file, or `null` if the weights come directly from a run on the page. */
  name: string | null;
  /**
   * A hash of 64 bits over the network's tensors, in hexadecimal. A run, its checkpoint and its export have the same
   * hash.
   */
  hash: string;
}

export interface RunSummary {
  id: string;
  /** A random name that is easy to read. The visitor can change it. */
  name: string;
  weighting: string;
  config: RunConfig;
  tasks: readonly TaskDescription[];
  datasetId: string;
  datasetName: string;
  phase: RunPhase;
  step: number;
  steps: number;
  parameters: number;
  /**
   * The number of samples on each side, and in words how they were split. If `validation` is 0, the scores during training are
   * those of `test`.
   */
  split: { train: number; validation: number; test: number; rule: string };
  classes: Record<string, number>;
  /** The columns of its rows, in order. */
  columns: readonly Column[];
  /** Where its weights come from, or `null` if they are new and drawn from the seed. */
  startedFrom: WeightOrigin | null;
  error: { code: string; message: string } | null;
}

/** Everything that a run recorded. */
export interface History {
  /** By column id, one number for each step. It is NaN if there is none, for example if a batch has no sample of a task. */
  columns: Record<string, number[]>;
  evaluations: Evaluation[];
}

/** What is new in one run since the last message. */
export interface RunUpdate {
  id: string;
  phase: RunPhase;
  step: number;
  stepsPerSecond: number;
  imagesPerSecond: number;
  learningRate: number;
  /** `[rows, columns]`, row by row. The columns are those of `RunSummary.columns`. */
  rows: Float64Array<ArrayBuffer>;
  evaluations: readonly Evaluation[];
  warnings: readonly string[];
  /** How many GPU programs are ready, and how many the run needs. It is there only while they are compiled. */
  compiling?: { ready: number; all: number };
  error: { code: string; message: string } | null;
}
