/**
 * @file The contract of a dataset layout: how a listing of files becomes labelled samples, and the pairs, galleries and
 * folds of the dataset's own protocol where its files say them. What is left out is unknown, not empty.
 */
import type { ByColumn, Sample, Skipped } from '../../protocol/dataset';
import type { Entry } from '../archive/entry';

/** A picture that a layout found: a file, or a row of a table of pixels, which has a path of the layout's making. */
export interface Image {
  /** No two images of a dataset share it. */
  path: string;
  /** The bytes of an image file, of any kind that a decoder recognises. */
  bytes(signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
  /** Its first bytes, at most `byteLength` of them, where they can be had without the rest. */
  head?(byteLength: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
}

/** A labelled image before labels become indices. */
export interface RawSample extends Omit<Sample, 'path'> {
  image: Image;
  /** By label column; `null` = no label. Columns beyond the three well-known ones are a layout's own. */
  labels: ByColumn<string | null>;
}

/** A pair of the dataset's protocol, by the paths of its images. */
export interface RawPair {
  first: string;
  second: string;
  /** Whether both show the same person. */
  same: boolean;
  /** Of the protocol's cross-validation, counted as its files do. */
  fold: number | null;
}

/** An image of a gallery or a probe set, by its path. */
export interface RawMember {
  path: string;
  fold: number | null;
}

export interface LayoutResult {
  samples: RawSample[];
  skipped: Skipped[];
  notes: string[];
  /** Pairs to be verified. */
  pairs?: readonly RawPair[];
  /** Images that are known, among which those of `probe` are looked up. */
  gallery?: readonly RawMember[];
  probe?: readonly RawMember[];
}

export interface Layout {
  label: string;
  /** Id of the preset that suits datasets of this layout, where one does. */
  preset?: string;
  /** Share of the images whose path fits, 0–1. Looks at paths and sizes only. */
  detect(entries: readonly Entry[]): number;
  read(entries: readonly Entry[], signal: AbortSignal): Promise<LayoutResult>;
}
