/** @file Makes a model on the GPU with the weights that its run begins with. If that fails, all its memory is freed. */

import { option } from '../../config/options';
import type { WeightingId } from '../../config/strategy';
import { executor } from '../../executor/executor';
import { allocating } from '../../gpu/allocating';
import { sparingly, upload } from '../../gpu/ownBackend';
import { createModel, disposeModel, type Model } from '../../model/model';
import type { RunConfig } from '../../protocol/runs';
import * as tf from '../../tf/tf';

/**
 * @param classes the number of outputs of each task's head.
 * @param fill overwrites the weights that were drawn from the seed. Its errors are passed on.
 * @throws AppError `memory/full` when the GPU has no room.
 */
export async function newModel(
  config: RunConfig,
  weighting: WeightingId,
  classes: readonly number[],
  fill?: (model: Model) => void,
): Promise<Model> {
  // Making a model uses only this one GPU program.
  await executor()?.compile(() => [tf.fill([1], 1)]);
  const batchSize = option(config, 'batchSize');
  const model = await allocating(batchSize, () => createModel(config, weighting, classes), disposeModel);
  if (!fill) return model;
  try {
    await allocating(batchSize, () =>
      sparingly(() => {
        fill(model);
        upload(model.variables);
      }),
    );
    return model;
  } catch (error) {
    disposeModel(model);
    throw error;
  }
}
