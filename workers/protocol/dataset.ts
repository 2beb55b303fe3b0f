/** @file What a dataset is to the page and to the training worker, and what `dataset.worker` is asked. */
import type { SystemId } from './systems';

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
  system: SystemId;
  defaults: SampleSetOptions;
  limits: { identities: number; perCell: number };
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
