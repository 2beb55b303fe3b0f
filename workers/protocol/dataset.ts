/** @file What a dataset is to the page and to the training worker, and what `dataset.worker` is asked. */
export type SampleSetId = 'sample-expression' | 'sample-caricature';

export interface SampleSetOptions {
  seed: number;
  identities: number;
  /** Images a (identity, expression, modality) cell. */
  perCell: number;
}

export interface SampleSetDescription {
  id: SampleSetId;
  label: string;
  about: string;
  /** The system it is made for. */
  system: string;
  defaults: SampleSetOptions;
  limits: { identities: number; perCell: number };
}

export type DatasetSource =
  | { kind: 'files'; files: readonly { path: string; file: File }[] }
  | { kind: 'sample'; sample: SampleSetId; options: SampleSetOptions };

/**
 * Something for each label column, by the column's name. The three that the papers' tasks read are always there, perhaps
 * without a single label; any further column of a manifest (age group, glasses, …) is there under its own name.
 */
export type ByColumn<T> = Readonly<Record<'identity' | 'expression' | 'modality', T> & Record<string, T>>;

/** One label of every sample of a dataset: who it shows, which expression, or any other column of a manifest. */
export interface LabelColumn {
  /** What the classes are called, in natural order. */
  names: readonly string[];
  /**
   * Index into `names`, for each sample in the order of `DatasetIndex.samples`. `null` = no label: the sample is masked
   * out of the tasks that need it, never guessed.
   */
  values: readonly (number | null)[];
}

export interface Sample {
  path: string;
  /** Frames of one sequence share it; they never fall on both sides of a split. */
  sequence: string | null;
  frame: number | null;
  /** The side that the dataset puts it on: `validation` is scored while training, `test` at the end. */
  split: 'train' | 'validation' | 'test' | null;
  /** Of the dataset's own cross-validation. */
  fold: number | null;
  /** Points of the face, `[x, y]` in pixels of the image file from its upper left corner. */
  landmarks?: readonly (readonly [x: number, y: number])[];
  /** Where the face is, in pixels of the image file. */
  box?: { left: number; top: number; width: number; height: number };
}

/** Two samples to be told apart, as the dataset's protocol asks: of one person or not. */
export interface Pair {
  first: number;
  second: number;
  same: boolean;
  fold: number | null;
}

/** A sample of a gallery or a probe set. */
export interface Member {
  sample: number;
  fold: number | null;
}

export interface DatasetIndex {
  id: string;
  name: string;
  layout: string;
  samples: readonly Sample[];
  /** Modalities are called `photo`, `caricature`, or whatever the folders are called. */
  columns: ByColumn<LabelColumn>;
  /** Pairs to be verified, where the dataset's files say them. */
  pairs?: readonly Pair[];
  /** Samples that are known, among which those of `probe` are looked up; where the dataset's files say them. */
  gallery?: readonly Member[];
  probe?: readonly Member[];
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
  /** Id of the preset that suits it, if one does. */
  preset: string | null;
  /** All layouts that fit at least one image, best first: the page shows score and runner-up and lets one override. */
  candidates: readonly LayoutScore[];
  images: number;
  sequences: number;
  /** For each label column: images of each class, in the order of its names. */
  counts: ByColumn<Readonly<Record<string, number>>>;
  /** For each label column: images that it gives no label. */
  unlabelled: ByColumn<number>;
  /** Which systems it can train. A sentence says why not. */
  systems: Readonly<Record<string, true | string>>;
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
    /** Its label in each column. */
    labels: ByColumn<string | null>;
    pixels: Uint8ClampedArray<ArrayBuffer>;
  }[];
}

/** What `dataset.worker` tells the page unasked. */
export type DatasetEvent =
  /** Pictures of an open dataset that nothing can be made of, found when somebody first wanted them; each once. */
  { kind: 'damaged'; id: string; skipped: readonly Skipped[] };

/** Served by `dataset.worker` to the page. */
export interface DatasetApi {
  /** Progress: `OpenProgress`. What was open stays open when this fails or is aborted. */
  open(input: { source: DatasetSource; layout?: string }): DatasetSummary;
  /** Up to `count` samples spread over the labels of every column. */
  contactSheet(input: { id: string; count: number; size: number }): ContactSheet;
  /** The dataset as a zip that opens like any other (sample sets only). */
  saveZip(input: { id: string }): Blob;
  /** A second client (the training worker) reads through this port. */
  attach(input: { port: MessagePort }): void;
  close(input: { id: string }): void;
}

/** Pictures of some samples. */
export interface Pixels {
  /** RGB, `[samples, size, size, 3]`; a damaged one is black. */
  bytes: Uint8Array<ArrayBuffer>;
  /** Samples, ascending, whose pictures are damaged. It depends on the files alone: asked again, the answer is the same. */
  damaged: readonly number[];
}

/** Served by `dataset.worker` to the training worker. */
export interface PixelsApi {
  index(input: { id: string }): DatasetIndex;
  /** The bytes' buffer is transferred. */
  pixels(input: { id: string; indices: readonly number[]; size: number }): Pixels;
}

/** What `dataset.worker` tells the training worker unasked: the dataset has closed, its index is of no more use. */
export type PixelsEvent = { kind: 'closed'; id: string };
