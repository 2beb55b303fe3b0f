/** @file What can be stored of a run: checkpoints in the browser and weights in a file. */
import type { DatasetSummary } from './dataset';
import type { RunConfig } from './runs';

export interface FormatDescription {
  id: string;
  label: string;
  extension: string;
  /**
   * Whether a file holds all that a run needs to go on. If not, it holds the network, and a run starts from it at step 0.
   */
  resumes: boolean;
}

export interface CheckpointInfo {
  name: string;
  /**
   * Whether a run can go on from it with the same bits. If not, it holds only the network, and a run starts from it at
   * step 0.
   */
  resumes: boolean;
  /** When it was saved, in milliseconds since 1 January 1970. */
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
