/** @file Weight files and stored checkpoints, opened and told apart by their first bytes. Untrusted input. */
import { FORMATS } from '../../formats/formats';
import type { FileTensor } from '../../formats/tensorFile';
import type { ExportFormat, StartFrom } from '../../protocol/checkpoints';
import { AppError } from '../../protocol/errors';
import { type CheckpointRecord, readRecord, writeRecord } from './checkpoint';
import { getCheckpoint } from './checkpointStore';

export type FromFile = Exclude<StartFrom, { kind: 'run' }>;

export interface WeightFile {
  name: string;
  byteLength: number;
  tensors: readonly FileTensor[];
  record: CheckpointRecord;
  /** It holds all that a run needs to go on, not the network alone. */
  resumes: boolean;
}

/** @throws AppError `weights/…` of the format, `weights/format`, `weights/foreign`, `storage/missing`. */
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

export function writeWeightFile(
  format: ExportFormat,
  tensors: readonly FileTensor[],
  record: CheckpointRecord,
): Promise<Blob> {
  return FORMATS[format].write({ tensors, metadata: writeRecord(record) });
}
