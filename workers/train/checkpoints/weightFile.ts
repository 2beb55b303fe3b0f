/**
 * @file Reads and writes weight files and stored checkpoints. The first bytes of a file tell its format. Files are
 * untrusted input.
 */
import { FORMATS, type FormatId } from '../../formats/formats';
import type { FileTensor } from '../../formats/tensorFile';
import type { StartFrom } from '../../protocol/checkpoints';
import { AppError } from '../../protocol/errors';
import { type CheckpointRecord, readRecord, writeRecord } from './checkpoint';
import { getCheckpoint } from './checkpointStore';

export type FromFile = Exclude<StartFrom, { kind: 'run' }>;

export interface WeightFile {
  name: string;
  byteLength: number;
  tensors: readonly FileTensor[];
  record: CheckpointRecord;
  /** Whether the file holds all that a run needs to go on, and not only the network. */
  resumes: boolean;
}

/**
 * Reads a weight file or a stored checkpoint.
 * @throws AppError `weights/format` when no format recognises the file, `weights/foreign` when Seesaw did not write it,
 * `storage/missing` when there is no such checkpoint, and the errors `weights/…` of the format.
 */
export async function readWeightFile(from: FromFile): Promise<WeightFile> {
  const [blob, name] =
    from.kind === 'file' ? [from.file, from.fileName] : [await getCheckpoint(from.name), from.name];
  const head = new Uint8Array(await blob.slice(0, 16).arrayBuffer());
  const format = Object.values(FORMATS).find(candidate => candidate.recognises(head));
  if (!format) {
    throw new AppError(
      'weights/format',
      `${name} is neither of ${Object.values(FORMATS)
        .map(({ label }) => label)
        .join(', ')}. Import a file that Seesaw exported.`,
    );
  }
  const file = await format.read(blob);
  return {
    name,
    byteLength: blob.size,
    tensors: file.tensors,
    record: readRecord(file),
    resumes: format.resumes,
  };
}

/** Writes tensors and record as one file of the given format. */
export function writeWeightFile(
  format: FormatId,
  tensors: readonly FileTensor[],
  record: CheckpointRecord,
): Promise<Blob> {
  return FORMATS[format].write({ tensors, metadata: writeRecord(record) });
}
