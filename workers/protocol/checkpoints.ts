/** @file What is kept of a run beyond the page: checkpoints in the browser, weights in a file. */
import type { DatasetSummary } from './dataset';
import type { RunConfig } from './runs';

export type ExportFormat = 'safetensors' | 'tfjs';

export interface FormatDescription {
  id: ExportFormat;
  label: string;
  extension: string;
  /** Holds all that a run needs to go on; otherwise the network alone, and an import starts at step 0 from its weights. */
  resumes: boolean;
}

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

export interface StorageUse {
  usedBytes: number;
  quotaBytes: number;
}

export type StartFrom =
  | { kind: 'run'; id: string }
  | { kind: 'checkpoint'; name: string }
  | { kind: 'file'; file: Blob; fileName: string };
