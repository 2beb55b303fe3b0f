/** @file The contract of a dataset's source, which is an archive or the generator of sample faces. */
import type { DatasetIndex, DatasetSummary } from '../protocol/dataset';

export interface SampleSource {
  index: DatasetIndex;
  summary: DatasetSummary;
  /**
   * The RGB bytes, `[size, size, 3]`, of one sample. The caller may keep them but must not change them.
   * @throws DamagedPicture with the path of the picture, AppError `archive/*` when the file cannot be read.
   */
  pixels(sample: number, size: number, signal?: AbortSignal): Promise<Uint8Array>;
  /** The dataset as a zip that can be opened like any other. @throws AppError `dataset/save` when it came from files. */
  zip(signal?: AbortSignal): Promise<Blob>;
}
