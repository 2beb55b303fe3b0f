/** @file The types of a dataset, and the messages of `dataset.worker`. */
export interface SampleSetOptions {
  seed: number;
  identities: number;
  /** The number of images for each combination of identity, expression and modality. */
  perCell: number;
}

export interface SampleSetDescription {
  id: string;
  label: string;
  about: string;
  /** The id of the system for which it is made. */
  system: string;
  /** The kinds of its pictures: `photo`, `caricature`. */
  modalities: readonly string[];
  defaults: SampleSetOptions;
  limits: { identities: number; perCell: number };
}

export type DatasetSource =
  | { kind: 'files'; files: readonly { path: string; file: File }[] }
  /** `sample` is the id of a sample set. */
  | { kind: 'sample'; sample: string; options: SampleSetOptions };

/**
 * A value for each label column, by the name of the column. The three columns of the papers' tasks are always there, perhaps
 * without any label. Other columns of a manifest (age group, glasses, …) have their own names.
 */
export type ByColumn<T> = Readonly<Record<'identity' | 'expression' | 'modality', T> & Record<string, T>>;

/** A label column: one label for every sample, such as the person, the expression, or another column of a manifest. */
export interface LabelColumn {
  /** The names of the classes, in natural order. */
  names: readonly string[];
  /**
   * The class of each sample as an index into `names`, in the order of `DatasetIndex.samples`. `null` says that there is no
   * label. A label is never guessed: the tasks that need it leave the sample out.
   */
  values: readonly (number | null)[];
}

export interface Sample {
  path: string;
  /** The name that all frames of one sequence share. They always stay on one side of a split. */
  sequence: string | null;
  frame: number | null;
  /** The side on which the dataset puts it: `validation` is scored during training, `test` at the end. */
  split: 'train' | 'validation' | 'test' | null;
  /** The fold in the dataset's own cross-validation. */
  fold: number | null;
  /** Points of the face: `[x, y]` in pixels of the image file, counted from its upper left corner. */
  landmarks?: readonly (readonly [x: number, y: number])[];
  /** The rectangle around the face, in pixels of the image file. */
  box?: { left: number; top: number; width: number; height: number };
}

/** A pair of samples from the dataset's own protocol, and whether both show one person. */
export interface Pair {
  first: number;
  second: number;
  same: boolean;
  fold: number | null;
}

/** A sample in a gallery or in a probe set. */
export interface Member {
  sample: number;
  fold: number | null;
}

export interface DatasetIndex {
  id: string;
  name: string;
  layout: string;
  samples: readonly Sample[];
  /** The label columns. Modalities are called `photo` and `caricature`, or by the names of the folders. */
  columns: ByColumn<LabelColumn>;
  /** The pairs for verification, if the files of the dataset name them. */
  pairs?: readonly Pair[];
  /** The known samples, if the files of the dataset name them. The samples of `probe` are looked up among them. */
  gallery?: readonly Member[];
  probe?: readonly Member[];
  /** A hash of the paths and labels. It shows whether a checkpoint was trained on this dataset. */
  fingerprint: string;
}

export interface Skipped {
  path: string;
  reason: string;
}

export interface LayoutScore {
  id: string;
  label: string;
  /** The share of the images that fit, from 0 to 1. */
  score: number;
}

export interface DatasetSummary {
  id: string;
  name: string;
  layout: string;
  layoutLabel: string;
  /** The id of the preset that suits the dataset, or null. */
  preset: string | null;
  /** All layouts that fit at least one image, the best first. The visitor may choose another than the first. */
  candidates: readonly LayoutScore[];
  images: number;
  sequences: number;
  /** For each label column, the number of images of each class, in the order of the classes. */
  counts: ByColumn<Readonly<Record<string, number>>>;
  /** For each label column, the number of images without a label. */
  unlabelled: ByColumn<number>;
  /** Whether the dataset can train each system. If not, a sentence says why. */
  systems: Readonly<Record<string, true | string>>;
  /** Notes for the visitor, for example about few identities or ambiguous numeric labels. */
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
  /** The side of each thumbnail in pixels. Thumbnails are RGBA. */
  size: number;
  tiles: readonly {
    path: string;
    /** The label of the picture in each column. */
    labels: ByColumn<string | null>;
    pixels: Uint8ClampedArray<ArrayBuffer>;
  }[];
}

/** The messages that `dataset.worker` sends to the page on its own. */
export type DatasetEvent =
  /**
   * Pictures of an open dataset that cannot be decoded. They are found when they are first needed, and each is told once.
   */
  { kind: 'damaged'; id: string; skipped: readonly Skipped[] };

/** Served by `dataset.worker` to the page. */
export interface DatasetApi {
  /** Opens a dataset. Its progress messages are `OpenProgress`. If it fails or is aborted, open datasets stay open. */
  open(input: { source: DatasetSource; layout?: string }): DatasetSummary;
  /** Thumbnails of at most `count` samples, which are spread over the labels of every column. */
  contactSheet(input: { id: string; count: number; size: number }): ContactSheet;
  /** The dataset as a zip that can be opened like any other. Only for sample sets. */
  saveZip(input: { id: string }): Blob;
  /** Lets a second client, the training worker, read through this port. */
  attach(input: { port: MessagePort }): void;
  close(input: { id: string }): void;
}

/** The pictures of some samples. */
export interface Pixels {
  /** The RGB bytes, `[samples, size, size, 3]`. A damaged picture is black. */
  bytes: Uint8Array<ArrayBuffer>;
  /** The samples whose pictures are damaged, ascending. They depend only on the files, so the answer is always the same. */
  damaged: readonly number[];
}

/** Served by `dataset.worker` to the training worker. */
export interface PixelsApi {
  index(input: { id: string }): DatasetIndex;
  /** The pictures of samples, scaled to `size × size` pixels. The buffer of the bytes is transferred. */
  pixels(input: { id: string; indices: readonly number[]; size: number }): Pixels;
}

/**
 * The message that `dataset.worker` sends to the training worker when a dataset was closed. Its index is not needed any
 * more.
 */
export type PixelsEvent = { kind: 'closed'; id: string };
