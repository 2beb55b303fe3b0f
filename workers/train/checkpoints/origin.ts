/**
 * @file Describes whose weights a run begins with. The description stays valid when the run that they came from is
 * removed.
 */
import type { FileTensor } from '../../formats/tensorFile';
import { networkHash } from '../../formats/tensorHash';
import type { StartFrom } from '../../protocol/checkpoints';
import type { WeightOrigin } from '../../protocol/runs';
import type { CheckpointRecord } from './checkpoint';

/** @param weights the tensors and the record that were read from `from`. */
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
