/** @file What the rest of the app needs from a dataset, wherever its pictures come from: an archive or the generator. */
import type { DatasetIndex, DatasetSummary } from '../protocol/dataset';

export interface SampleSource {
  index: DatasetIndex;
  summary: DatasetSummary;
  /**
   * RGB bytes `[size, size, 3]` of one sample. Callers may keep them but not change them.
   * @throws DamagedPicture naming the path, AppError `archive/*` where the file cannot be read.
   */
  pixels(sample: number, size: number, signal?: AbortSignal): Promise<Uint8Array>;
  /** The dataset as a zip that opens like any other. @throws AppError `dataset/save` when it came from files. */
  zip(signal?: AbortSignal): Promise<Blob>;
}
