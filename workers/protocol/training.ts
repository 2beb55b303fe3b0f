/** @file What `training.worker` is asked, and what it tells unasked. */
import type { Catalogue } from './catalogue';
import type { CheckpointInfo, ExportFormat, StartFrom, StorageUse } from './checkpoints';
import type { DatasetSummary } from './dataset';
import type { DeviceInfo, MemoryEstimate } from './device';
import type { OptionValue } from './options';
import type { Evaluation } from './results';
import type { History, RunSummary, RunUpdate } from './runs';

export type TrainingEvent =
  | { kind: 'runs'; updates: readonly RunUpdate[] }
  | { kind: 'deviceFailed'; code: string; message: string };

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
