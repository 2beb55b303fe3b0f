/** @file A run: its config, its state, and what it records. */
import type { Column } from './columns';
import type { OptionValue } from './options';
import type { Evaluation } from './results';
import type { TaskDescription } from './systems';

/**
 * Flat, so that it fits a URL hash: `system`, `preset` and every key of `Catalogue.options`. Keys of one strategy's
 * options carry a dot (`unit.sigma`).
 */
export interface RunConfig {
  system: string;
  preset: string;
  [option: string]: OptionValue;
}

export type RunPhase = 'idle' | 'preparing' | 'running' | 'paused' | 'finished' | 'stopped' | 'failed';

/** Whose weights a run began with. */
export interface WeightOrigin {
  /** Name of the run that trained them, when they were taken from it, and the steps it had done. */
  runName: string;
  step: number;
  kind: 'run' | 'checkpoint' | 'file';
  /** Of the checkpoint or the file; `null`: straight from a run on the page. */
  name: string | null;
  /** 64 bits over the network's tensors, in hexadecimal: the same for a run, its checkpoint and its export. */
  hash: string;
}

export interface RunSummary {
  id: string;
  /** Readable random name, can be changed. */
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
  /** Sizes of the sides, and how they were split, in words. `validation` is 0 where scores while training are of `test`. */
  split: { train: number; validation: number; test: number; rule: string };
  classes: Record<string, number>;
  /** Of its rows, in order. */
  columns: readonly Column[];
  /** `null`: new weights, drawn from the seed. */
  startedFrom: WeightOrigin | null;
  error: { code: string; message: string } | null;
}

/** Everything a run recorded. */
export interface History {
  /** By column id, one number a step; NaN where there is none, as for the loss of a task that a batch has no sample of. */
  columns: Record<string, number[]>;
  evaluations: Evaluation[];
}

/** One run's news since the last message. */
export interface RunUpdate {
  id: string;
  phase: RunPhase;
  step: number;
  stepsPerSecond: number;
  imagesPerSecond: number;
  learningRate: number;
  /** `[rows, columns]`, row by row, as `RunSummary.columns` says. */
  rows: Float64Array<ArrayBuffer>;
  evaluations: readonly Evaluation[];
  warnings: readonly string[];
  /** GPU programs that are ready, of all that the first step needs; only while they are being compiled. */
  compiling?: { ready: number; all: number };
  error: { code: string; message: string } | null;
}
