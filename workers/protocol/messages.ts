/** @file Every message between the page and the workers, both directions. Types only. */

// ---------------------------------------------------------------- options, described as data

export type OptionValue =
  | number
  | boolean
  | string
  | readonly number[]
  | readonly (readonly [number, number])[];

interface OptionBase {
  label: string;
  help?: string;
  /** Heading the page shows it under. */
  group: string;
  /** Can be changed while a run goes on. */
  live?: boolean;
}
export type OptionSpec =
  | (OptionBase & {
      kind: 'number';
      default: number;
      min: number;
      max: number;
      integer?: boolean;
      unit?: string;
    })
  | (OptionBase & { kind: 'flag'; default: boolean })
  | (OptionBase & { kind: 'choice'; default: string; choices: readonly { value: string; label: string }[] })
  /** One number a task. */
  | (OptionBase & { kind: 'perTask'; default: readonly number[]; min: number; max: number })
  | (OptionBase & { kind: 'list'; default: readonly number[]; min: number; max: number })
  /** Learning-rate schedule: pairs of (step from which, rate). */
  | (OptionBase & { kind: 'schedule'; default: readonly (readonly [number, number])[] });
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

// ---------------------------------------------------------------- what exists (the page learns it from the workers)

export type SystemId = 'expression' | 'caricature';
export interface TaskDescription {
  /** `identity`, `expression` / `verification`, `visual`, `caricature`. */
  id: string;
  label: string;
}
export interface SystemDescription {
  id: SystemId;
  label: string;
  cites: string;
  tasks: readonly TaskDescription[];
}
export interface PresetDescription {
  id: string;
  label: string;
  /** One sentence: what it is for and what it costs. */
  about: string;
  /** Parameters without heads, per system. */
  parameters: Record<SystemId, number>;
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
}
export interface SampleSetDescription {
  id: SampleSetId;
  label: string;
  about: string;
  /** The system it is made for. */
  system: SystemId;
  defaults: SampleSetOptions;
  limits: { identities: number; perCell: number };
}
export interface FormatDescription {
  id: ExportFormat;
  label: string;
  extension: string;
  /** Holds all that a run needs to go on; otherwise the network alone, and an import starts at step 0 from its weights. */
  resumes: boolean;
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

// ---------------------------------------------------------------- config of a run

/**
 * Flat, so that it fits a URL hash: `system`, `preset` and every key of `Catalogue.options`. Keys of one strategy's
 * options carry a dot (`unit.sigma`).
 */
export interface RunConfig {
  system: SystemId;
  preset: string;
  [option: string]: OptionValue;
}

// ---------------------------------------------------------------- datasets

export type SampleSetId = 'sample-expression' | 'sample-caricature';
export interface SampleSetOptions {
  seed: number;
  identities: number;
  /** Images a (identity, expression, modality) cell. */
  perCell: number;
}
export type DatasetSource =
  | { kind: 'files'; files: readonly { path: string; file: File }[] }
  | { kind: 'sample'; sample: SampleSetId; options: SampleSetOptions };

/** `null` = no label: the sample is masked out of the tasks that need it, never guessed. */
export interface Sample {
  path: string;
  /** Index into `DatasetIndex.identities`. */
  identity: number | null;
  expression: number | null;
  modality: number | null;
  /** Frames of one sequence share it; they never fall on both sides of a split. */
  sequence: string | null;
  frame: number | null;
  split: 'train' | 'test' | null;
  fold: number | null;
}
export interface DatasetIndex {
  id: string;
  name: string;
  layout: string;
  identities: readonly string[];
  expressions: readonly string[];
  /** `photo`, `caricature`, or whatever the folders are called. */
  modalities: readonly string[];
  samples: readonly Sample[];
  /** Hash of paths and labels: tells a checkpoint whether this is the dataset it was trained on. */
  fingerprint: string;
}
export interface Skipped {
  path: string;
  reason: string;
}
export interface LayoutScore {
  id: string;
  label: string;
  /** Share of the images that fit, 0–1. */
  score: number;
}
export interface DatasetSummary {
  id: string;
  name: string;
  layout: string;
  layoutLabel: string;
  /** All layouts that fit at least one image, best first: the page shows score and runner-up and lets one override. */
  candidates: readonly LayoutScore[];
  images: number;
  identities: number;
  sequences: number;
  expressions: Record<string, number>;
  modalities: Record<string, number>;
  /** Images without a label for identity / expression / modality. */
  unlabelled: { identity: number; expression: number; modality: number };
  /** Which systems it can train. A sentence says why not. */
  systems: Record<SystemId, true | string>;
  /** Things a person should know (few identities, ambiguous numeric labels, …). */
  notes: readonly string[];
  skipped: readonly Skipped[];
  fingerprint: string;
  source: { kind: 'files'; files: readonly string[] } | Extract<DatasetSource, { kind: 'sample' }>;
}
export interface OpenProgress {
  phase: 'listing' | 'reading' | 'checking' | 'drawing';
  done: number;
  total: number;
}
export interface ContactSheet {
  /** RGBA thumbnails, each `size × size`. */
  size: number;
  tiles: readonly {
    path: string;
    identity: string | null;
    expression: string | null;
    modality: string | null;
    pixels: Uint8ClampedArray<ArrayBuffer>;
  }[];
}

/** Served by `dataset.worker` to the page. */
export interface DatasetApi {
  /** Progress: `OpenProgress`. What was open stays open when this fails or is aborted. */
  open(input: { source: DatasetSource; layout?: string }): DatasetSummary;
  /** Up to `count` samples spread over identities, expressions and modalities. */
  contactSheet(input: { id: string; count: number; size: number }): ContactSheet;
  /** The dataset as a zip that opens like any other (sample sets only). */
  saveZip(input: { id: string }): Blob;
  /** A second client (the training worker) reads through this port. */
  attach(input: { port: MessagePort }): void;
  close(input: { id: string }): void;
}
/** Served by `dataset.worker` to the training worker. */
export interface PixelsApi {
  index(input: { id: string }): DatasetIndex;
  /** RGB bytes, `[indices.length, size, size, 3]`, buffer transferred. Rejects naming the path if one cannot be decoded. */
  pixels(input: { id: string; indices: readonly number[]; size: number }): Uint8Array<ArrayBuffer>;
}

// ---------------------------------------------------------------- device

export interface DeviceInfo {
  backend: 'webgpu' | 'webgl' | 'cpu';
  /** Adapter vendor, architecture and description, as the browser tells it. */
  adapter: string;
  limits: { maxBufferSize: number; maxStorageBufferBindingSize: number } | null;
  features: readonly string[];
  /** Why WebGPU is not used and how to turn it on in this browser; null when it is used. */
  fallback: string | null;
}

// ---------------------------------------------------------------- runs

export type RunPhase = 'idle' | 'preparing' | 'running' | 'paused' | 'finished' | 'stopped' | 'failed';

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
  /** Sizes of the held-out and the training side, and how they were split, in words. */
  split: { train: number; test: number; rule: string };
  classes: Record<string, number>;
  error: { code: string; message: string } | null;
}

/** Scores on the held-out split. `null` where the split has no sample that could answer. */
export interface Evaluation {
  step: number;
  accuracy: Record<string, number | null>;
  /** Area under the ROC of same/different pairs of the held-out set by embedding distance. */
  verificationAuc: number | null;
  samples: number;
  pairs: number;
}

/** Everything a run recorded; arrays are parallel to `step`. */
export interface History {
  step: number[];
  losses: Record<string, number[]>;
  weights: Record<string, number[]>;
  /** Training accuracy of the batch per task; NaN where the batch had no labelled sample. */
  accuracy: Record<string, number[]>;
  learningRate: number[];
  elapsedMs: number[];
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
  /** `[rows, 3 + 3·tasks]`: step, learning rate, elapsed ms, then losses, weights, accuracies in task order. */
  rows: Float64Array<ArrayBuffer>;
  evaluations: readonly Evaluation[];
  warnings: readonly string[];
  /** GPU programs that are ready, of all that the first step needs; only while they are being compiled. */
  compiling?: { ready: number; all: number };
  error: { code: string; message: string } | null;
}
export type TrainingEvent =
  | { kind: 'runs'; updates: readonly RunUpdate[] }
  | { kind: 'deviceFailed'; code: string; message: string };

export interface CheckpointInfo {
  name: string;
  /** Goes on to the bit; otherwise it holds the network alone and starts at step 0 from its weights. */
  resumes: boolean;
  /** Milliseconds since the epoch. */
  savedAt: number;
  byteLength: number;
  runName: string;
  weighting: string;
  config: RunConfig;
  step: number;
  dataset: { name: string; fingerprint: string; source: DatasetSummary['source'] };
}
/** What compared runs will need on the GPU, in bytes. */
export interface MemoryEstimate {
  /** All of them together, while they train. */
  held: number;
  /** The most at any time: in the first steps, before their replay takes over. */
  peak: number;
  /** Why this batch cannot run on this adapter, and the largest that can (`null`: none); `null` when it fits. */
  problem: { code: string; message: string; batchSize: number | null } | null;
}
export interface StorageUse {
  usedBytes: number;
  quotaBytes: number;
}
export type ExportFormat = 'safetensors' | 'tfjs';
export type StartFrom =
  | { kind: 'run'; id: string }
  | { kind: 'checkpoint'; name: string }
  | { kind: 'file'; file: Blob; fileName: string };

/** Served by `training.worker` to the page. */
export interface TrainingApi {
  /** Starts the backend. `prefer` forces a fallback (tests, `#backend=`). */
  init(input: { pixels: MessagePort; prefer?: DeviceInfo['backend'] }): DeviceInfo;
  catalogue(input: Record<string, never>): Catalogue;
  /**
   * `config` as for `createRuns`; `datasetId`: whose classes the heads tell apart, `null` = two each. Resolves with `null`
   * where memory cannot be foreseen: without WebGPU.
   */
  estimateMemory(input: {
    datasetId: string | null;
    config: Record<string, unknown>;
    weightings: readonly string[];
  }): MemoryEstimate | null;
  /**
   * Creates one run a weighting: same seed, same initial weights, same batches. They start `paused` at step 0.
   * `config` is untrusted and partial: missing keys take the preset's defaults, unknown ones are refused.
   * `startFrom`: begin at these weights; every branch starts from the one that the source trained, if it trained one task alone.
   */
  createRuns(input: {
    datasetId: string;
    datasetSource: DatasetSummary['source'];
    config: Record<string, unknown>;
    weightings: readonly string[];
    startFrom?: StartFrom;
  }): RunSummary[];
  resume(input: { ids: readonly string[] }): void;
  pause(input: { ids: readonly string[] }): void;
  /** One step of each, then paused again. Resolves when the losses are read back. */
  step(input: { ids: readonly string[] }): void;
  stop(input: { ids: readonly string[] }): void;
  remove(input: { ids: readonly string[] }): void;
  rename(input: { id: string; name: string }): void;
  setOption(input: { id: string; key: string; value: OptionValue }): void;
  /** Resolves when the run has done `step` steps or can go no further; rejects if it failed. */
  waitForStep(input: { id: string; step: number }): RunSummary;
  history(input: { id: string }): History;
  evaluate(input: { id: string }): Evaluation;
  exportWeights(input: { id: string; format: ExportFormat }): Blob;
  saveCheckpoint(input: { id: string; name: string }): CheckpointInfo;
  listCheckpoints(input: Record<string, never>): { checkpoints: CheckpointInfo[]; storage: StorageUse };
  renameCheckpoint(input: { name: string; to: string }): void;
  deleteCheckpoint(input: { name: string }): void;
  /** Reads and checks the file without making a run: tells the page which dataset `restore` needs. */
  inspect(input: { from: Exclude<StartFrom, { kind: 'run' }> }): CheckpointInfo;
  /** A paused run that goes on where the checkpoint ended. */
  restore(input: {
    from: Exclude<StartFrom, { kind: 'run' }>;
    datasetId: string;
    datasetSource: DatasetSummary['source'];
  }): RunSummary;
}
