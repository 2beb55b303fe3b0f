/** @file The contract of a dataset layout: how a listing of files becomes labelled samples. */
import type { ByColumn, Skipped } from '../../protocol/dataset';

/** One file of the archive(s) or folder, junk already removed, root folders peeled, `/`-separated. */
export interface Entry {
  path: string;
  byteLength: number;
  /** Uncompressed bytes; only called for what is needed. */
  bytes(signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
  /** The first bytes, at most `byteLength` of them, without reading the rest. */
  head(byteLength: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
}

/** A labelled image before labels become indices. */
export interface RawSample {
  entry: Entry;
  /** By label column; `null` = no label. Columns beyond the three well-known ones are a layout's own. */
  labels: ByColumn<string | null>;
  sequence: string | null;
  frame: number | null;
  split: 'train' | 'test' | null;
  fold: number | null;
}
export interface LayoutResult {
  samples: RawSample[];
  skipped: Skipped[];
  notes: string[];
}
export interface Layout {
  label: string;
  /** Share of the images whose path fits, 0–1. Looks at paths and sizes only. */
  detect(entries: readonly Entry[]): number;
  read(entries: readonly Entry[], signal: AbortSignal): Promise<LayoutResult>;
}
