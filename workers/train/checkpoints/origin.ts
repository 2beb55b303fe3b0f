/** @file Whose weights a run begins with, in words that outlive the run they were taken from. */
import type { FileTensor } from '../../formats/tensorFile';
import { networkHash } from '../../formats/tensorHash';
import type { StartFrom } from '../../protocol/checkpoints';
import type { WeightOrigin } from '../../protocol/runs';
import type { CheckpointRecord } from './checkpoint';

/** @param weights what `from` was found to hold. */
export function originOf(
  from: StartFrom,
  { tensors, record }: { tensors: readonly FileTensor[]; record: CheckpointRecord },
): WeightOrigin {
  return {
    runName: record.runName,
    step: record.step,
    kind: from.kind,
    name: from.kind === 'run' ? null : from.kind === 'file' ? from.fileName : from.name,
    hash: networkHash(tensors),
  };
}
