/**
 * @file The contract of a dataset layout. It turns a list of files into labelled samples, and also into pairs, galleries and
 * folds if the dataset's own protocol has them. A part that is missing is unknown, which is not the same as empty.
 */
import type { ByColumn, Sample, Skipped } from '../../protocol/dataset';
import type { Entry } from '../archive/entry';

/** A picture that a layout found. It is a file, or a row in a table of pixels. The layout makes up the path of a row. */
export interface Image {
  /** The path. It is different for every image of a dataset. */
  path: string;
  /** Reads the bytes of an image file of any kind that a decoder recognises. */
  bytes(signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
  /** Reads the first bytes, at most `byteLength` of them. It is missing if they cannot be read without the rest. */
  head?(byteLength: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
}

/** A labelled image. Its labels are still words and not indices. */
export interface RawSample extends Omit<Sample, 'path'> {
  image: Image;
  /** The label in each column, or `null` if there is none. A layout may add columns to the three of every dataset. */
  labels: ByColumn<string | null>;
}

/** A pair of the dataset's protocol, by the paths of its images. */
export interface RawPair {
  first: string;
  second: string;
  /** Whether both show the same person. */
  same: boolean;
  /** The fold in the protocol's cross-validation, with the number that the files give. */
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
  /** The pairs for verification. */
  pairs?: readonly RawPair[];
  /** The known images. The images of `probe` are looked up among them. */
  gallery?: readonly RawMember[];
  probe?: readonly RawMember[];
}

export interface Layout {
  label: string;
  /** The id of the preset that suits datasets of this layout, if there is one. */
  preset?: string;
  /** The share of the images whose path fits, from 0 to 1. It looks only at paths and sizes. */
  detect(entries: readonly Entry[]): number;
  read(entries: readonly Entry[], signal: AbortSignal): Promise<LayoutResult>;
}
