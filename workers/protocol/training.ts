/** @file The messages of `training.worker`. */
import type { Catalogue } from './catalogue';
import type { CheckpointInfo, StartFrom, StorageUse } from './checkpoints';
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
  /**
   * Starts the backend. `prefer` chooses another backend than the best one, for tests and for `#backend=` in the address.
   */
  init(input: { pixels: MessagePort; prefer?: DeviceInfo['backend'] }): DeviceInfo;
  catalogue(input: Record<string, never>): Catalogue;
  /**
   * Estimates the memory of runs before they are created. `config` is as in `createRuns`. `datasetId` is the dataset whose
   * classes the heads have. With `null` each head has two classes. The result is `null` without WebGPU, where the need cannot
   * be estimated.
   */
  estimateMemory(input: {
    datasetId: string | null;
    config: Record<string, unknown>;
    weightings: readonly string[];
  }): MemoryEstimate | null;
  /**
   * Creates one run for each weighting. All have the same seed, the same initial weights and the same batches. They start
   * `paused` at step 0. `config` is untrusted and may be incomplete: missing keys take the defaults of the preset, and unknown
   * keys are an error. With `startFrom` the runs begin with these weights. If the source trained only one task, every branch
   * starts from the branch of that task.
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
  /** Makes one step of each run, which are paused before and after it. Resolves when the losses are read back. */
  step(input: { ids: readonly string[] }): void;
  stop(input: { ids: readonly string[] }): void;
  remove(input: { ids: readonly string[] }): void;
  rename(input: { id: string; name: string }): void;
  setOption(input: { id: string; key: string; value: OptionValue }): void;
  /** Resolves when the run has done `step` steps or is over. It rejects if the run failed. */
  waitForStep(input: { id: string; step: number }): RunSummary;
  history(input: { id: string }): History;
  evaluate(input: { id: string }): Evaluation;
  exportWeights(input: { id: string; format: string }): Blob;
  saveCheckpoint(input: { id: string; name: string }): CheckpointInfo;
  listCheckpoints(input: Record<string, never>): { checkpoints: CheckpointInfo[]; storage: StorageUse };
  renameCheckpoint(input: { name: string; to: string }): void;
  deleteCheckpoint(input: { name: string }): void;
  /** Reads and checks the file without making a run. The page learns which dataset `restore` needs. */
  inspect(input: { from: Exclude<StartFrom, { kind: 'run' }> }): CheckpointInfo;
  /**
   * Makes a paused run that goes on where the checkpoint ended, or that starts at step 0 if the file holds only the
   * network.
   */
  restore(input: {
    from: Exclude<StartFrom, { kind: 'run' }>;
    datasetId: string;
    datasetSource: DatasetSummary['source'];
  }): RunSummary;
}
